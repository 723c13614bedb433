"""What the forms of all kinds of papers have in common; nothing is typed twice."""

from django import forms
from django.core.exceptions import ValidationError

from papers.period_words import of_period, remade
from tracking.models import Feedback


class PaperForm(forms.ModelForm):
    """What is common: title, date, whom to ask. `chosen_field` names the field in which the subject's parts are ticked."""

    chosen_field: str | None = None

    class Meta:
        model = Feedback
        fields: list[str] = []
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
            "basis": forms.Textarea(attrs={"rows": 3}),
            "requirements": forms.Textarea(attrs={"rows": 4}),
            "heading_style": forms.RadioSelect,
            "dated_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
        help_texts = {"title": "在这里换行的地方，印出来也换行。"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.set_choices()

    def set_choices(self):
        """Offer what can be ticked."""

    def chosen(self):
        """Return what the paper speaks of, as `compiled` takes it."""
        return self.cleaned_data[self.chosen_field] if self.chosen_field else None

    @property
    def words(self):
        """The fields that are written and not ticked, with `heading_style` and the annexes left to the page."""
        elsewhere = ("heading_style", "with_annex", "with_instructions", self.chosen_field)
        return [self[name] for name in self.fields if name not in elsewhere]

    @property
    def ticked(self):
        """The field in which the parts are ticked, None where there is nothing to tick."""
        return self[self.chosen_field] if self.chosen_field in self.fields else None

    def clean_title(self):
        """Keep one kind of line break."""
        return "\n".join(filter(None, (part.strip() for part in self.cleaned_data["title"].splitlines())))

    def clean_recipient(self):
        """Take the colon away, which the letter sets itself."""
        recipient = self.cleaned_data["recipient"].rstrip("：: ")
        if not recipient:
            raise ValidationError("请写明主送机关。")
        return recipient


class OfficePaperForm(PaperForm):
    """What every office's paper says; who gets one follows from what is ticked."""

    class Meta(PaperForm.Meta):
        help_texts = PaperForm.Meta.help_texts | {"basis": "正文第一段。"}
        fields = ["title", "basis", "requirements", "dated_on", "contacts", "phones"]


CARRIED = ("basis", "requirements")  # what may name the period of the last paper


def from_last(organization_id, kind, names, period=None) -> dict | None:
    """Return the lasting words of the organization's last paper of a kind, made those of `period` where they name its own."""
    papers = Feedback.objects.filter(organization_id=organization_id, kind=kind).select_related("period")
    if (last := papers.order_by("-pk").first()) is None:
        return None
    words = {name: getattr(last, name) for name in names}
    if period and last.period:
        words |= {
            name: remade(words[name], of_period(last.period), of_period(period)) for name in CARRIED if name in words
        }
    return words


def words_of_last(paper) -> dict:
    """Return the lasting words of the organization's last paper of the same kind; empty for the first."""
    return from_last(paper.organization_id, paper.kind, ("requirements", "contacts", "phones"), paper.period) or {}
