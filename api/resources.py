"""What can be read, one row a resource: a new one, a new field or filter is a line here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ninja import Schema
from pydantic import Field, create_model

from tracking.models import Period, Report, TaskReport
from tracking.models.report import OWED_BY
from tracking.reports.recording import TEXT_FIELDS
from workplans.models import Assignment, Item, Milestone, Office, Organization, Plan, Section

from .fields import LARGEST, Form, form_of, page_of
from .filters import (
    ITEMS_OF_OFFICE,
    MISSING,
    WITH_DIFFICULTIES,
    Filter,
    by_code,
    by_id,
    by_words,
    by_year,
    updated_since,
)

MOST = 500  # rows a page
USUAL = 100
PARTS = ("id", "task_id", *TEXT_FIELDS)


@dataclass(frozen=True)
class Resource:
    """One kind of row.

    `attributes` are columns of the model; `computed` are expressions besides, name → (expression, type, what it is);
    `more` names what `complete(rows)` puts into rows that are read already, in a fixed number of queries.
    """

    name: str
    model: Any
    attributes: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    computed: dict[str, tuple[Any, Any, str]] = field(default_factory=dict)
    more: dict[str, tuple[Any, str]] = field(default_factory=dict)
    complete: Callable[[list[dict]], None] = lambda rows: None

    @property
    def label(self) -> str:
        """What it is called."""
        return str(self.model._meta.verbose_name)

    @property
    def columns(self) -> tuple[str, ...]:
        """What is read of each row, in the order of its form."""
        return (*self.attributes, *self.computed)

    def form(self) -> type[Schema]:
        """Return the form of a row."""
        computed = {name: (kind, about) for name, (_expression, kind, about) in self.computed.items()}
        return form_of(self.model.__name__, self.model, self.attributes, **computed, **self.more)

    def page(self, form) -> type[Schema]:
        """Return the form of a page of rows."""
        return page_of(self.model.__name__, form)

    def query(self, *, paged: bool) -> type[Schema]:
        """Return the form of the parameters."""
        fields: dict[str, Any] = {f.name: (f.kind | None, Field(None, description=f.about)) for f in self.filters}
        fields["after"] = (int, Field(0, ge=0, le=LARGEST, description="从这个编号之后读起，即上一页最后一条的编号"))
        if paged:
            fields["limit"] = (int, Field(USUAL, ge=1, le=MOST, description=f"一页几条，最多 {MOST}"))
        return create_model(f"{self.model.__name__}{'Query' if paged else 'Lines'}", __base__=Form, **fields)

    def rows(self, user, asked: dict[str, Any]):
        """Return the rows `user` may read, as asked, in the order of their ids."""
        rows = self.model.objects.visible_to(user)
        for each in self.filters:
            if asked.get(each.name) is not None:
                rows = each.narrow(rows, asked[each.name])
        return rows.order_by("pk")

    def _with_computed(self, rows):
        return rows.annotate(**{_alias(name): told[0] for name, told in self.computed.items()})

    def read(self, rows) -> list[dict]:
        """Return rows of the queryset as JSON has them.

        Which they are is asked inside: SQLite would sort all an organization has with its texts to find the first hundred.
        """
        paths = [*self.attributes, *map(_alias, self.computed)]
        names = self.columns
        chosen = self._with_computed(self.model.objects.filter(pk__in=rows.values("pk"))).order_by("pk")
        found = [dict(zip(names, values, strict=True)) for values in chosen.values_list(*paths)]
        self.complete(found)
        return found


def _alias(name: str) -> str:
    return f"told_{name}"


class TaskText(Form):
    """分项进展。"""

    id: int = Field(description="编号，保存时用它")
    task_id: int = Field(description="分解任务的编号")
    progress: str = Field(description="目前进展情况")
    difficulties: str = Field(description="存在的困难")
    next_steps: str = Field(description="下一步工作措施")


def _add_tasks(rows):
    """Put the texts of the items' tasks into reports."""
    of = {row["id"]: row.setdefault("tasks", []) for row in rows}
    parts = TaskReport.objects.filter(report__in=list(of)).order_by("report_id", "task__position", "pk")
    for report, *values in parts.values_list("report_id", *PARTS):
        of[report].append(dict(zip(PARTS, values, strict=True)))


REPORTS = Resource(
    "reports",
    Report,
    (
        "id", "item_id", "period_id", "office_id", "completion_percent", "progress", "difficulties", "next_steps",
        "unchanged", "unchanged_reason", "status", "version", "saved_at", "submitted_at", "on_behalf",
    ),
    (
        by_id("plan", "item__plan", "工作计划"), by_id("section", "item__section", "板块"), by_id("item", "item", "工作事项"),
        by_id("period", "period", "填报期"), by_id("office", "office", "填报科室"), by_code(Report, "status"), MISSING,
        WITH_DIFFICULTIES, by_words("事项的编号、标题，或报告的文字中都出现的词", "item__number", "item__title", *TEXT_FIELDS),
        updated_since(),
    ),
    computed={"office_name": (OWED_BY, str | None, "填报科室；已截止的填报期是当时的名称")},
    more={"tasks": (list[TaskText], "各分解任务的进展")},
    complete=_add_tasks,
)  # fmt: skip

ITEMS = Resource(
    "items", Item,
    (
        "id", "plan_id", "section_id", "position", "number", "level2", "title", "body", "deadline", "deadline_text", "leader",
        "status", "reporting_office_id", "closed_on", "predecessor_id",
    ),
    (
        by_id("plan", "plan", "工作计划"), by_id("section", "section", "板块"), ITEMS_OF_OFFICE, by_code(Item, "status"),
        by_words("编号、标题、内容中都出现的词", "number", "title", "body"), updated_since(),
    ),
)  # fmt: skip

RESOURCES = (
    Resource("organizations", Organization, ("id", "name", "aliases")),
    Resource(
        "offices", Office, ("id", "organization_id", "name", "aliases", "kind", "position", "is_active"),
        (by_code(Office, "kind"),),
    ),
    Resource(
        "plans", Plan,
        ("id", "organization_id", "title", "document_number", "year", "kind", "start_on", "end_on", "issuer", "issued_on", "status"),
        (by_year(), by_code(Plan, "kind"), by_code(Plan, "status")),
    ),
    Resource(
        "sections", Section, ("id", "plan_id", "position", "ordinal", "title", "text"), (by_id("plan", "plan", "工作计划"),)
    ),
    ITEMS,
    Resource(
        "assignments", Assignment, ("id", "item_id", "office_id", "role", "position"),
        (
            by_id("plan", "item__plan", "工作计划"), by_id("item", "item", "工作事项"), by_id("office", "office", "科室"),
            by_code(Assignment, "role"), updated_since(),
        ),
    ),
    Resource(
        "milestones", Milestone, ("id", "item_id", "position", "what", "words", "due_on", "expected_percent", "done_on"),
        (by_id("plan", "item__plan", "工作计划"), by_id("item", "item", "工作事项"), updated_since()),
    ),
    Resource(
        "periods", Period,
        ("id", "organization_id", "label", "year", "start_on", "as_of", "opens_on", "due_on", "grace_days", "status"),
        (by_year(), by_code(Period, "status")),
    ),
    REPORTS,
)  # fmt: skip
