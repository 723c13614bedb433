"""The form a letter is compiled with, and what it offers beforehand: nothing is typed twice."""

from unicodedata import east_asian_width

from django import forms
from django.core.exceptions import ValidationError

from workplans.importer.readers import UnreadableDocument
from workplans.importer.sandbox import parse_under_limits
from workplans.models import Plan, SourceDocument

from .compiling import compilable
from .models import Feedback, Report
from .percent import percent_text

BASIS = "现将{period}重点工作推进情况反馈如下："
TITLE_WIDTH = 20  # characters of the title on one line of the sheet


class ReportChoices(forms.ModelMultipleChoiceField):
    """Approved reports, each by its item's number, title and rate."""

    def label_from_instance(self, report):
        """Name a report as the list shows it."""
        return f"{report.item}（{percent_text(report.completion_percent)}）"


class FeedbackForm(forms.ModelForm):
    """What goes into the letter and how."""

    reports = ReportChoices(
        Report.objects.none(),
        label="事项",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少勾选一个事项。",
            "invalid_choice": "有的事项已被退回或不属于这个填报期，请核对后再汇编。",
            "invalid_pk_value": "所选事项不存在，请刷新页面再选。",
        },
    )

    class Meta:
        model = Feedback
        fields = [
            "title", "recipient", "basis", "heading_style", "dated_on", "contacts", "phones", "with_annex",
        ]  # fmt: skip
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
            "basis": forms.Textarea(attrs={"rows": 3}),
            "heading_style": forms.RadioSelect,
            "dated_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
        help_texts = {"title": "在这里换行的地方，印出来也换行。"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reports"].queryset = compilable(self.instance.period, user)
        if self.instance.pk:
            self.initial["reports"] = list(self.instance.report_versions)

    def clean_title(self):
        """Keep one kind of line break."""
        return "\n".join(filter(None, (part.strip() for part in self.cleaned_data["title"].splitlines())))

    def clean_recipient(self):
        """Take the colon away, which the letter sets itself."""
        recipient = self.cleaned_data["recipient"].rstrip("：: ")
        if not recipient:
            raise ValidationError("请写明主送机关。")
        return recipient


def offered(period, reports, *, today) -> dict:
    """Return what the form of a new letter holds: the words of the last one, else of the letter that was imported."""
    plans = Plan.objects.filter(items__reports__in=reports).distinct().order_by("pk")
    several = len(reports) > 1
    styles = Feedback.HeadingStyle
    return {
        "title": title_for(period, plans),
        "basis": BASIS.format(period=period.label),
        "dated_on": today,
        "reports": [report.pk for report in reports],
        "heading_style": styles.ONE_ITEM_A_CHAPTER if several else styles.THREE_BLOCKS,
        "with_annex": several,
    } | (from_last(period) or from_source(period) or {})


def from_last(period) -> dict | None:
    """Return the lasting words of the organization's last letter."""
    last = Feedback.objects.filter(organization_id=period.organization_id).order_by("-pk").first()
    names = ("recipient", "basis", "contacts", "phones")
    return {name: getattr(last, name) for name in names} if last else None


def from_source(period) -> dict | None:
    """Return the words of the last feedback letter the organization imported."""
    sources = SourceDocument.objects.filter(
        organization_id=period.organization_id, kind=SourceDocument.Kind.FEEDBACK
    )
    if (source := sources.order_by("-pk").first()) is None:
        return None
    try:
        draft = parse_under_limits(source.name, bytes(source.content))[0]
    except UnreadableDocument:
        return None
    found = {
        "recipient": getattr(draft, "recipient", None),
        "basis": draft.preamble,
        "contacts": "、".join(getattr(draft, "contacts", [])),
        "phones": "、".join(getattr(draft, "phones", [])),
    }
    return {name: text for name, text in found.items() if text}


def title_for(period, plans) -> str:
    """Return the title offered, such as 长宁区教育局关于区政府2020年重点工作目标1-10月推进情况的反馈, in lines that fit."""
    titles = list(dict.fromkeys(plan.title for plan in plans))
    organization, label = str(period.organization), period.label.removeprefix(f"{period.year}年")
    subject = titles[0] if len(titles) == 1 else f"{period.year}年重点工作"
    subject = subject.removeprefix(organization)
    lines = [f"{organization}关于{subject}", f"{label}推进情况的反馈"]
    if wide("".join(lines)) <= TITLE_WIDTH:
        return "".join(lines)
    if wide(lines[0]) > TITLE_WIDTH:
        lines = [f"{organization}关于", f"{subject}{label}推进情况的反馈"]
    return "\n".join(lines)


def wide(text) -> float:
    """Return how many characters wide a text is."""
    return sum(1 if east_asian_width(character) in "WFA" else 0.5 for character in text)
