"""Forms of signing in and of the second factor."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError

from .signing_in import SignInRefused, check_code, check_password, confirms


class SignInForm(AuthenticationForm):
    """User name and password, under the throttle."""

    def __init__(self, request=None, *args, now=None, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.now = now

    def clean(self):
        """Check both; the sentence says how many attempts are left, or how long to wait."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password:
            try:
                self.user_cache, self.way = check_password(self.request, username, password, self.now)
            except SignInRefused as refused:
                raise ValidationError(str(refused)) from refused
        return self.cleaned_data


class CodeField(forms.CharField):
    """Six digits, or a recovery code."""

    def __init__(self, **kwargs):
        super().__init__(max_length=40, error_messages={"required": "请输入动态口令。"}, **kwargs)
        self.widget.attrs |= {
            "autocomplete": "one-time-code",
            "autofocus": True,
            "inputmode": "text",
            "spellcheck": "false",
        }


class CodeForm(forms.Form):
    """The second factor, under the same throttle."""

    code = CodeField(label="动态口令或备用码")

    def __init__(self, *args, request, user, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user, self.now = request, user, now

    def clean_code(self):
        """Sign in, or say why not."""
        try:
            check_code(self.request, self.user, self.cleaned_data["code"], self.now)
        except SignInRefused as refused:
            raise ValidationError(str(refused)) from refused
        return self.cleaned_data["code"]


class OwnPasswordForm(PasswordChangeForm):
    """The old password, under the throttle, and the new one."""

    def __init__(self, *args, request, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.now = request, now

    def clean_old_password(self):
        """Check the old one."""
        typed = self.cleaned_data["old_password"]
        if problem := confirms(self.request, lambda: self.user.check_password(typed), self.now):
            raise ValidationError(f"旧密码不正确。{problem}")
        return typed


class PasswordConfirmForm(forms.Form):
    """A code that proves that the phone knows the secret."""

    code = CodeField(label="手机上显示的六位数字")


class SwitchOffForm(PasswordConfirmForm):
    """A code, or a recovery code where the phone is gone."""

    code = CodeField(label="动态口令或备用码")
