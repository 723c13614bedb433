"""Forms of channels, and of what a person wants to be told."""

from django import forms
from django.core.exceptions import ValidationError

from tracking.models import Channel, MessageChoice, MessageEvent

from .channels import KINDS
from .channels.outbound import address_problem

SHORTEST_SECRET = 16


def time_input():
    """A control for hours and minutes."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class ChannelForm(forms.ModelForm):
    """One channel; what is sealed is never shown again: left empty, it stays as it is."""

    address = forms.CharField(label="地址", required=False, max_length=1000)
    secret = forms.CharField(label="密钥", required=False, max_length=500)
    events = forms.MultipleChoiceField(
        label="发送哪些消息",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一种消息；暂时不发的，不勾选“启用”。"},
    )

    class Meta:
        model = Channel
        fields = (
            "name", "address", "secret", "events", "texts_leave", "quiet_from", "quiet_to", "workdays_only", "is_active",
        )  # fmt: skip
        widgets = {"quiet_from": time_input(), "quiet_to": time_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = KINDS[self.instance.kind]
        self.fields["events"].choices = [(event.value, event.label) for event in self.kind.events]
        if not self.instance.pk:
            self.initial["events"] = [event.value for event in self.kind.events]
        self.stored = {"address": self.instance.address, "secret": self.instance.secret}
        for name, hint in (("address", self.kind.address_hint), ("secret", self.kind.secret_hint)):
            self.initial[name] = ""
            field = self.fields[name]
            field.help_text = f"{hint}{' 已保存，不再显示；不改就留空。' if self.stored[name] else ''}"
            field.widget.attrs["autocomplete"] = "off"
            if not hint:
                del self.fields[name]

    def clean_address(self):
        """Keep what is stored where nothing is written; refuse what nothing may be sent to."""
        address = self.cleaned_data["address"].strip() or self.stored["address"]
        if problem := address_problem(address):
            raise ValidationError(problem)
        return address

    def clean_secret(self):
        """Keep what is stored where nothing is written."""
        secret = self.cleaned_data["secret"].strip() or self.stored["secret"]
        if self.kind.needs_secret and len(secret) < SHORTEST_SECRET:
            raise ValidationError(f"密钥至少 {SHORTEST_SECRET} 个字符。")
        return secret


class ChoiceForm(forms.ModelForm):
    """What a person wants to be told by channels that write to each person."""

    wanted = forms.MultipleChoiceField(
        label="希望收到的消息", required=False, choices=MessageEvent, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = MessageChoice
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["wanted"] = [event for event in MessageEvent.values if event not in self.instance.muted]

    def save(self, commit=True):
        """Store what is not wanted."""
        self.instance.muted = [event for event in MessageEvent.values if event not in self.cleaned_data["wanted"]]
        return super().save(commit)
