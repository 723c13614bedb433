"""What every kind of paper is made of: the row that says all that differs, and the letter around its chapters."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from papers.letter import Annex, Letter, TableRow, day, one_line
from papers.shapes import SHAPES
from sheets.columns import PROGRESS_SHEET
from tracking.models import Feedback, PaperKind, Period, Report
from workplans.models import Office
from workplans.sheet_text import shown

from .forms import PaperForm

ANNEX_TITLE = "推进情况表"


@dataclass(frozen=True)
class Compiled:
    """One paper: what it says and what it was made from."""

    letter: Letter
    office: Office | None = None
    report_versions: dict[str, int] = field(default_factory=dict)
    chosen_items: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class PaperType:
    """A kind of paper: a row of `papers.kinds.KINDS`, and all the application knows of it.

    `compile` takes the paper, what was chosen for it and the day; `offered` the paper, the user and the day, and gives
    what the form of a new one holds. `subjects` are the periods or plans (`subject` says which) a paper can speak of,
    with how much each has to tell. `chosen_again` gives what a stored paper was made from, to see whether it would say
    something else now; None for a paper that knows the versions of its reports. `issued` is what signing it also does.
    `left_out` lists the reports of its plans that are not in it, nobody having approved them.
    """

    kind: PaperKind
    form: type[PaperForm]
    compile: Callable[..., list[Compiled]]
    offered: Callable[..., dict]
    subjects: Callable[..., QuerySet]
    nothing_to_say: str
    subject: str = "period"
    chosen_again: Callable[[Feedback], QuerySet | None] | None = None
    issued: Callable[..., None] | None = None
    left_out: Callable[[Feedback, object], list[Report]] = lambda paper, user: []


def periods_with(ready: Q) -> Callable[..., QuerySet]:
    """Return the `subjects` of a paper on a period: those the user reads, with `ready`, how many reports it can tell of."""

    def subjects(user):
        periods = Period.objects.visible_to(user).select_related("organization")
        return periods.annotate(total=Count("reports"), ready=Count("reports", filter=ready)).order_by("-as_of", "-pk")

    return subjects


def frame(paper, chapters, *, recipient="", signature="", annex=None) -> Letter:
    """Return the letter around `chapters`, in the words of `paper`."""
    return Letter(
        title="\n".join(filter(None, map(line, shown(paper.title).splitlines()))),
        recipient=line(recipient or paper.recipient).rstrip("：:"),
        opening=shown(paper.basis).strip(),
        chapters=chapters,
        signature=signature or paper.organization.name,
        date=day(paper.dated_on),
        contacts=line(paper.contacts),
        phones=line(paper.phones),
        annex=annex,
        on_top=SHAPES[paper.kind].on_top,
        receipt=SHAPES[paper.kind].receipt,
    )


def line(text) -> str:
    """Return a text as one line."""
    return one_line(shown(text))


def annex_of(paper, rows) -> Annex | None:
    """Return the 推进情况表 of the items, in the columns of the workbook, where the paper wants one."""
    if not paper.with_annex:
        return None
    period, columns = paper.period, PROGRESS_SHEET
    found, section = [], None
    for row in rows:
        if row.item.section != section and row.item.section.title:
            found.append(TableRow(section=line(str(row.item.section))))
        section = row.item.section
        values = (column.source(row) for column in columns)
        found.append(TableRow(tuple(shown("" if value is None else str(value)) for value in values)))
    titles = list(dict.fromkeys(row.item.plan.title for row in rows))
    return Annex(
        title=f"{titles[0] if len(titles) == 1 else '重点工作'}{ANNEX_TITLE}（{period.label}）",
        caption=(f"单位：{paper.organization}", f"截至日期：{period.as_of:%Y-%m-%d}"),
        headings=tuple(column.heading for column in columns),
        widths=tuple(column.width for column in columns),
        centred=tuple(column.centred for column in columns),
        rows=tuple(found),
    )


def reports_of(paper):
    """Return the reports of the paper's period that are its own bureau's."""
    return Report.objects.filter(period=paper.period, item__plan__organization=paper.organization)
