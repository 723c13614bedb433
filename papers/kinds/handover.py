"""任务交办单: the items of a plan, to the office that reports on them."""

from itertools import groupby

from django import forms
from django.db.models import Count, Prefetch, Q

from boards.rows import board_rows
from papers.letter import LetterChapter, LetterParagraph, one_line, written
from papers.letter_tables import HANDED, table_of
from sheets.columns import answering_offices
from tracking.models import PaperKind
from workplans.models import Item, Plan, Target
from workplans.sheet_text import shown

from .base import Compiled, PaperType, frame
from .forms import OfficePaperForm, words_of_last

REQUIREMENTS = (
    "请对照目标和完成时限抓好落实，每个填报期按时报送进展；遇到困难及时提出，不能按期完成的请在到期前申请延期。"
)


def handable(plan, user):
    """Return the items of `plan` that can be handed to offices: those under way with an office that reports."""
    items = Item.objects.visible_to(user).filter(plan=plan, status=Item.Status.ACTIVE, reporting_office__isnull=False)
    return items.select_related("reporting_office").order_by("position")


def handover(paper, items, today) -> list[Compiled]:
    """Return a 任务交办单 for each office that reports on any of `items` (an Item queryset) under way."""
    targets = Prefetch("targets", Target.objects.order_by("position", "pk"))
    wanted = items.filter(plan=paper.plan, status=Item.Status.ACTIVE, reporting_office__isnull=False).order_by()
    rows = board_rows({paper.plan_id: paper.plan}, None, wanted.prefetch_related(targets), today)
    rows.sort(key=lambda row: (row.item.reporting_office.position, row.item.reporting_office_id, row.item.position))
    return [
        Compiled(
            frame(paper, handover_chapters(own, paper.requirements), recipient=office.name),
            office,
            chosen_items=[row.item.pk for row in own],
        )
        for office, own in (
            (office, list(group)) for office, group in groupby(rows, key=lambda row: row.item.reporting_office)
        )
    ]


def handover_chapters(rows, requirements: str) -> tuple[LetterChapter, ...]:
    """The items handed to an office (board rows), and what is asked of it."""
    sentence = f"交你科室办理的工作共{len(rows)}项："
    return (
        LetterChapter(None, (LetterParagraph(sentence),), table_of(HANDED, handed_rows(rows))),
        LetterChapter(None, tuple(written(shown(requirements)))),
    )


def handed_rows(rows):
    """A row for each item: its targets in numbers where it has some, else the words of the plan."""
    for number, row in enumerate(rows, start=1):
        item = row.item
        until = f"{item.deadline:%Y-%m-%d}" if item.deadline else item.deadline_text or f"{item.plan.end_on:%Y-%m-%d}"
        target = "；".join(target.text or str(target) for target in item.targets.all()) or item.body
        yield str(number), one_line(str(item)), target, answering_offices(row), "、".join(row.support_names), until


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


def offered(paper, user, today) -> dict:
    """Return the words around a 任务交办单, and every item that can be handed over."""
    return {
        "title": f"{paper.plan.title}\n任务交办单",
        "basis": f"《{paper.plan.title}》已经下达，现将有关工作交你科室办理。",
        "dated_on": today,
        "requirements": REQUIREMENTS,
        "items": list(handable(paper.plan, user).values_list("pk", flat=True)),
    } | words_of_last(paper)


def subjects(user):
    """Return the issued plans the user reads, with how many items each can hand over."""
    under_way = Count("items", filter=Q(items__status=Item.Status.ACTIVE, items__reporting_office__isnull=False))
    plans = Plan.objects.visible_to(user).filter(status=Plan.Status.ISSUED).select_related("organization")
    return plans.annotate(total=Count("items"), ready=under_way).order_by("-year", "-pk")


KIND = PaperType(
    PaperKind.HANDOVER,
    HandoverForm,
    handover,
    offered,
    subjects=subjects,
    subject="plan",
    nothing_to_say="请至少选择一个推进中、有填报科室的事项。",
    chosen_again=lambda paper: Item.objects.filter(pk__in=paper.chosen_items),
)
