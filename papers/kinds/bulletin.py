"""通报: how a period stands, who has not reported, what lags and why. Offices stand in their own order: this is no ranking."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q

from boards.overview import Overview, overview
from boards.rows import completed
from boards.totals import TOTALS_RULE
from papers.letter import LetterChapter, LetterParagraph, day, heading, one_line, written
from tracking.models import PaperKind
from tracking.periods.missing import MissingOffice, OfficeCount, missing_reports, office_counts
from workplans.models import Item, Plan
from workplans.sheet_text import shown

from .base import Compiled, PaperType, annex_of, frame, periods_with, reports_of
from .feedback_chapters import rate
from .forms import PaperForm, words_of_last

REQUIREMENTS = "未报送的科室请抓紧填报，经科室负责人审核后报送；滞后事项的责任科室请分析原因，落实措施，加快推进。"
NO_DIFFICULTY = "未说明困难。"


def bulletin_chapters(
    overview: Overview, counts: list[OfficeCount], missing: list[MissingOffice], requirements: str
) -> tuple[LetterChapter, ...]:
    """Return the chapters of the notice on `overview`'s period, as of its `today`."""
    parts = (
        ("总体情况", totals(overview)),
        ("报送情况", reporting(overview, counts, missing)),
        ("滞后事项及存在的困难", lagging(overview)),
        ("工作要求", written(shown(requirements))),
    )
    filled = [(title, tuple(paragraphs)) for title, paragraphs in parts]
    filled = [(title, paragraphs) for title, paragraphs in filled if paragraphs]
    return tuple(LetterChapter(heading(1, n, title), found) for n, (title, found) in enumerate(filled, start=1))


def totals(overview: Overview) -> Iterator[LetterParagraph]:
    """The official sentence, and how it counts."""
    yield LetterParagraph(f"截至{day(overview.period.as_of)}，{overview.totals.sentence}")
    yield LetterParagraph(f"（{TOTALS_RULE}）")


def reporting(overview: Overview, counts: list[OfficeCount], missing: list[MissingOffice]) -> Iterator[LetterParagraph]:
    """How many reports came in, and which offices still owe which."""
    owed, reported = sum(each.owed for each in counts), sum(each.reported for each in counts)
    until = f"“{overview.period}”进展报告应于{day(overview.period.due_on)}前报送。"
    if owed == reported:
        yield LetterParagraph(f"{until}应报{owed}份，均已报送。")
        return
    late = (overview.today - overview.period.due_on).days
    state = f"已逾期{late}天" if late > 0 else "尚未到报送截止日期"
    yield LetterParagraph(
        f"{until}截至{day(overview.today)}，应报{owed}份，已报{reported}份，未报{owed - reported}份，{state}。未报送的科室和事项："
    )
    for group in missing:
        yield LetterParagraph(owing(group, overview.today))


def owing(group: MissingOffice, today: date) -> str:
    """One office and the items it owes a report on."""
    titles = "；".join(one_line(shown(row.report.item.title)) for row in group.rows)
    reopened = f"已重新开放到{day(group.reopened_until)}，" if group.reopened_until else ""
    return f"{one_line(group.name)}（{reopened}{len(group.rows)}项）：{titles}。"


def lagging(overview: Overview) -> Iterator[LetterParagraph]:
    """The items reported far behind, in the order of the plans, each with its difficulties in its office's words."""
    behind = {row.item.pk for row in overview.lagging}
    rows = [row for row in overview.rows if row.item.pk in behind and not row.is_unreported]
    measure = f"完成率低于应达进度{settings.PROGRESS_GAP_RED}个百分点以上的"
    yield LetterParagraph(f"已报送的事项中，{measure}{f'有{len(rows)}项：' if rows else '没有。'}")
    for number, row in enumerate(rows, start=1):
        yield heading(2, number, shown(row.item.title))
        office = f"责任科室：{one_line(row.reporting_name)}。" if row.reporting_name else ""
        yield LetterParagraph(f"{office}完成率{rate(row.completion_percent)}，应达{rate(row.expected_percent)}。")
        yield from labelled("存在的困难：", row.difficulties or NO_DIFFICULTY)
        yield from labelled("下一步工作措施：", row.next_steps)


def labelled(label: str, text: str) -> Iterable[LetterParagraph]:
    """A text word for word, its label before the first line; nothing of no text."""
    lines = [line.strip() for line in shown(text).split("\n") if line.strip()]
    return [LetterParagraph(f"{label if not place else ''}{line}") for place, line in enumerate(lines)]


def bulletin(paper, _chosen, today) -> list[Compiled]:
    """Return the notice on the items of all issued plans that run at the end of the period."""
    period = paper.period
    plans = Plan.objects.filter(organization=paper.organization, start_on__lte=period.as_of, end_on__gte=period.as_of)
    plans = {plan.pk: plan for plan in plans.exclude(status=Plan.Status.DRAFT).select_related("organization")}
    found = overview(plans, Item.objects.filter(plan__in=plans), period, None, today)
    if not found.rows:
        return []
    missing = missing_reports(period, reports_of(paper), today)
    chapters = bulletin_chapters(found, office_counts(period, today), missing, paper.requirements)
    rows = completed(found.rows, period) if paper.with_annex else ()
    return [Compiled(frame(paper, chapters, annex=annex_of(paper, rows)))]


class BulletinForm(PaperForm):
    """What frames a 通报: its contents are the period's numbers."""

    class Meta(PaperForm.Meta):
        help_texts = PaperForm.Meta.help_texts | {
            "basis": "正文第一段。",
            "recipient": "如：各科室、各学校。不用写冒号。",
        }
        fields = ["title", "recipient", "basis", "requirements", "dated_on", "contacts", "phones", "with_annex"]


def offered(paper, user, today) -> dict:
    """Return the words around a 通报."""
    period = paper.period
    return {
        "title": f"{paper.organization}关于\n{period.label}重点工作推进情况的通报",
        "recipient": "各科室",
        "basis": f"现将{period.label}重点工作推进情况通报如下：",
        "dated_on": today,
        "with_annex": False,
        "requirements": REQUIREMENTS,
    } | words_of_last(paper)


KIND = PaperType(
    PaperKind.BULLETIN,
    BulletinForm,
    bulletin,
    offered,
    subjects=periods_with(Q(reports__isnull=False)),
    nothing_to_say="这个填报期没有已下达的工作计划，没有可通报的内容。",
    chosen_again=lambda paper: None,
)
