"""Pages of an account: sign-in, second factor, password."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from audit.kinds import EventKind
from audit.recording import record
from audit.sealing import seal, unseal
from workplans import access
from workplans.steps import post_only

from . import second_factor, signing_in
from .directory import oidc, staying
from .forms import CodeForm, OwnPasswordForm, PasswordConfirmForm, SignInForm, SwitchOffForm
from .middleware import MUST_CHANGE
from .models import SecondFactor

NEW_SECRET = "new_second_factor"


class SignIn(auth_views.LoginView):
    """User name and password."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_form_kwargs(self):
        """Hand the form the time."""
        return super().get_form_kwargs() | {"now": timezone.now()}

    def get_context_data(self, **kwargs):
        """Offer the district's sign-in where it is on."""
        return super().get_context_data(**kwargs) | {"provider": oidc.NAME if oidc.is_on() else ""}

    def form_valid(self, form):
        """Begin the session, or ask for the second factor."""
        if signing_in.enter(self.request, form.get_user(), timezone.now(), form.way):
            return HttpResponseRedirect(self.get_success_url())
        return redirect(f"{reverse('sign_in_code')}?{urlencode({'next': self.get_redirect_url()})}")


class SignOut(auth_views.LogoutView):
    """The end of a session."""

    def post(self, request, *args, **kwargs):
        """Record who leaves, while it is still known; end the session of the directory too, where it has one."""
        if request.user.is_authenticated:
            record(EventKind.SIGN_OUT, request)
        row = staying.row_of(request.session)
        response = super().post(request, *args, **kwargs)
        elsewhere = staying.leave(row, request) if row else ""
        return HttpResponseRedirect(elsewhere) if elsewhere else response


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request):
    """Ask for the second factor; without a password before it, back to the sign-in page."""
    now = timezone.now()
    user = signing_in.half_signed_in(request, now)
    if user is None:
        return redirect("login")
    form = CodeForm(request.POST or None, request=request, user=user, now=now)
    target = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if is_ours else resolve_url("home"))
    return render(request, "accounts/sign_in_code.html", {"form": form, "next": target})


@method_decorator(sensitive_post_parameters(), name="dispatch")
class PasswordChange(auth_views.PasswordChangeView):
    """One's own password."""

    form_class = OwnPasswordForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("home")

    def get_form_kwargs(self):
        """Hand the form the request and the time."""
        return super().get_form_kwargs() | {"request": self.request, "now": timezone.now()}

    def get_context_data(self, **kwargs):
        """Say why, where it is not of one's own will."""
        return super().get_context_data(**kwargs) | {"reason": self.request.session.get(MUST_CHANGE, "")}

    def form_valid(self, form):
        """Store it, record it, and let the user go on."""
        response = super().form_valid(form)
        self.request.session.pop(MUST_CHANGE, None)
        record(EventKind.PASSWORD, self.request, target=self.request.user)
        messages.success(self.request, "密码已修改。")
        return response

    def form_invalid(self, form):
        """Record the attempt."""
        record(EventKind.PASSWORD, self.request, target=self.request.user, success=False)
        return super().form_invalid(form)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request):
    """Switch one's own second factor on or off."""
    if refused := access.second_factor_refusal(request.user):
        raise PermissionDenied(refused)
    factor = SecondFactor.objects.filter(user=request.user).first()
    if factor:
        return _switched_on(request, factor)
    secret = unseal(request.session.get(NEW_SECRET, "")) or second_factor.new_secret()
    request.session[NEW_SECRET] = seal(secret)  # sessions lie in the database too
    form = PasswordConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.confirm(request.user, secret, form.cleaned_data["code"], timezone.now())
        record(EventKind.SECOND_FACTOR, request, target=request.user, success=bool(codes), detail="启用")
        if codes:
            del request.session[NEW_SECRET]
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", "这个口令不正确。请核对手机时间，等下一个口令出现再输入。")
    image = second_factor.picture(request.user, secret)
    return render(request, "accounts/second_factor_new.html", {"form": form, "image": image, "secret": secret})


def _switched_on(request, factor):
    form = SwitchOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, code = timezone.now(), form.cleaned_data["code"]
        problem = signing_in.confirms(request, lambda: second_factor.accepts(request.user, code, now), now)
        record(EventKind.SECOND_FACTOR, request, target=request.user, success=not problem, detail="停用")
        if not problem:
            second_factor.remove(request.user)
            messages.success(request, "已停用动态口令。")
            return redirect("second_factor")
        form.add_error("code", f"动态口令不正确，没有停用。{problem}")
    context = {"form": form, "factor": factor, "codes_left": second_factor.codes_left(request.user)}
    return render(request, "accounts/second_factor.html", context)


@post_only
def second_factor_reset(request, pk):
    """Switch off the second factor of somebody whose phone is lost: the administrator's."""
    if refused := access.administers(request.user, None):
        raise PermissionDenied(refused)
    user = get_object_or_404(get_user_model(), pk=pk)
    removed = second_factor.remove(user)
    record(EventKind.SECOND_FACTOR, request, target=user, success=removed, detail="管理员重置")
    messages.success(request, f"已停用 {user} 的动态口令。" if removed else f"{user} 没有启用动态口令。")
    return redirect("admin:auth_user_change", user.pk)
