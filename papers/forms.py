"""The forms papers are compiled with, and what they offer beforehand: nothing is typed twice."""

from unicodedata import east_asian_width

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count

from importer.files.readers import UnreadableDocument
from importer.sandbox import parse_under_limits
from tracking.models import Feedback, PaperKind, Report
from tracking.reports.percent import percent_text
from workplans.models import Item, Office, Plan, SourceDocument

from .compiling import compilable, handable
from .kinds.paper import day

BASIS = "现将{period}重点工作推进情况反馈如下："
TITLE_WIDTH = 20  # characters of the title on one line of the sheet
REQUIREMENTS = {
    PaperKind.BULLETIN: "未报送的科室请抓紧填报，经科室负责人审核后报送；滞后事项的责任科室请分析原因，落实措施，加快推进。",
    PaperKind.URGING: "请收到本单后抓紧填报，经科室负责人审核后报送。确有困难不能按期完成的，请书面说明原因。",
    PaperKind.HANDOVER: "请对照目标和完成时限抓好落实，每个填报期按时报送进展；遇到困难及时提出，不能按期完成的请在到期前申请延期。",
}


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
        """The fields that are written and not ticked, with `heading_style` and `with_annex` left to the page."""
        return [self[name] for name in self.fields if name not in ("heading_style", "with_annex", self.chosen_field)]

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


class ReportChoices(forms.ModelMultipleChoiceField):
    """Approved reports, each by its item's number, title and rate."""

    def label_from_instance(self, report):
        """Name a report as the list shows it."""
        return f"{report.item}（{percent_text(report.completion_percent)}）"


class FeedbackForm(PaperForm):
    """What goes into a 反馈 and how."""

    chosen_field = "reports"
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

    class Meta(PaperForm.Meta):
        fields = ["title", "recipient", "basis", "heading_style", "dated_on", "contacts", "phones", "with_annex"]

    def set_choices(self):
        """Offer the approved reports of the period."""
        self.fields["reports"].queryset = compilable(self.instance.period, self.user)
        if self.instance.pk:
            self.initial["reports"] = list(self.instance.report_versions)


class BulletinForm(PaperForm):
    """What frames a 通报: its contents are the period's numbers."""

    class Meta(PaperForm.Meta):
        help_texts = PaperForm.Meta.help_texts | {"basis": "正文第一段。", "recipient": "如：各科室、各学校。不用写冒号。"}
        fields = ["title", "recipient", "basis", "requirements", "dated_on", "contacts", "phones", "with_annex"]


class OfficePaperForm(PaperForm):
    """What every office's paper says; who gets one follows from what is ticked."""

    class Meta(PaperForm.Meta):
        help_texts = PaperForm.Meta.help_texts | {"basis": "正文第一段。"}
        fields = ["title", "basis", "requirements", "dated_on", "contacts", "phones"]


class OfficeChoices(forms.ModelMultipleChoiceField):
    """Offices, each with how much it owes."""

    def label_from_instance(self, office):
        """Name an office as the list shows it."""
        return f"{office}（未报 {office.owing} 项）"


class UrgingForm(OfficePaperForm):
    """The offices that are urged."""

    chosen_field = "offices"
    offices = OfficeChoices(
        Office.objects.none(),
        label="科室",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少勾选一个科室。",
            "invalid_choice": "有的科室已经报齐，请刷新页面再选。",
            "invalid_pk_value": "所选科室不存在，请刷新页面再选。",
        },
    )

    def set_choices(self):
        """Offer the offices that owe; a paper compiled anew keeps its own."""
        if self.instance.pk:
            del self.fields["offices"]
            return
        missing = Report.objects.visible_to(self.user).unreported().filter(period=self.instance.period)
        self.fields["offices"].queryset = owing(missing)

    def chosen(self):
        """Return the offices."""
        return Office.objects.filter(pk=self.instance.office_id) if self.instance.pk else self.cleaned_data["offices"]


def owing(missing):
    """Return the offices that owe any of `missing` (a Report queryset), with `owing`, how many."""
    offices = Office.objects.filter(reported_items__reports__in=missing)
    return offices.annotate(owing=Count("reported_items__reports")).order_by("position", "pk")


class ItemChoices(forms.ModelMultipleChoiceField):
    """Items, each with the office that gets it."""

    def label_from_instance(self, item):
        """Name an item as the list shows it."""
        return f"{item}（{item.reporting_office}）"


class HandoverForm(OfficePaperForm):
    """The items that are handed over."""

    chosen_field = "items"
    items = ItemChoices(
        Item.objects.none(),
        label="事项",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少勾选一个事项。",
            "invalid_choice": "有的事项已不在推进或没有填报科室，请刷新页面再选。",
            "invalid_pk_value": "所选事项不存在，请刷新页面再选。",
        },
    )

    def set_choices(self):
        """Offer the items under way; a paper compiled anew those of its office."""
        items = handable(self.instance.plan, self.user)
        if self.instance.pk:
            items = items.filter(reporting_office=self.instance.office_id)
            self.initial["items"] = self.instance.chosen_items
        self.fields["items"].queryset = items


FORMS = {
    PaperKind.FEEDBACK: FeedbackForm,
    PaperKind.BULLETIN: BulletinForm,
    PaperKind.URGING: UrgingForm,
    PaperKind.HANDOVER: HandoverForm,
}


# --- what is offered ---------------------------------------------------------------------------------------


def offered(paper, user, *, today) -> dict:
    """Return what the form of a new paper holds beforehand."""
    kind = PaperKind(paper.kind)
    if kind == PaperKind.FEEDBACK:
        return offered_feedback(paper.period, list(compilable(paper.period, user)), today=today)
    words = {"dated_on": today, "with_annex": False, "requirements": REQUIREMENTS[kind]}
    words |= OFFERED[kind](paper) | (from_last(paper.organization_id, kind, ("requirements", "contacts", "phones")) or {})
    if kind == PaperKind.URGING:
        missing = Report.objects.visible_to(user).unreported().filter(period=paper.period)
        words["offices"] = list(owing(missing).values_list("pk", flat=True))
    if kind == PaperKind.HANDOVER:
        words["items"] = list(handable(paper.plan, user).values_list("pk", flat=True))
    return words


def offered_bulletin(paper) -> dict:
    """Return the words around a 通报."""
    period = paper.period
    return {
        "title": f"{paper.organization}关于\n{period.label}重点工作推进情况的通报",
        "recipient": "各科室",
        "basis": f"现将{period.label}重点工作推进情况通报如下：",
    }


def offered_urging(paper) -> dict:
    """Return the words around a 催办单."""
    period = paper.period
    return {
        "title": f"关于报送{period.label}进展报告的催办单",
        "basis": f"按照重点工作推进情况报送安排，“{period.label}”进展报告应于{day(period.due_on)}前报送。",
    }


def offered_handover(paper) -> dict:
    """Return the words around a 任务交办单."""
    return {
        "title": f"{paper.plan.title}\n任务交办单",
        "basis": f"《{paper.plan.title}》已经下达，现将有关工作交你科室办理。",
    }


OFFERED = {PaperKind.BULLETIN: offered_bulletin, PaperKind.URGING: offered_urging, PaperKind.HANDOVER: offered_handover}


def offered_feedback(period, reports, *, today) -> dict:
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
    } | (
        from_last(period.organization_id, PaperKind.FEEDBACK, ("recipient", "basis", "contacts", "phones")) or from_source(period) or {}
    )


def from_last(organization_id, kind, names) -> dict | None:
    """Return the lasting words of the organization's last paper of a kind."""
    last = Feedback.objects.filter(organization_id=organization_id, kind=kind).order_by("-pk").first()
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
