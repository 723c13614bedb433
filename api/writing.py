"""What an office's own system hands in: the contents of a report, and the report itself.

The forms that check are those of the pages, what stores is `recording.record`, what submits is `workflow.perform`.
"""

from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Header, Path
from pydantic import Field, WithJsonSchema

from tracking.models import Report, ReportStep
from tracking.reports import recording, workflow
from tracking.reports.forms import ReportForm, TaskReportForm
from tracking.reports.recording import REPORT_FIELDS, TEXT_FIELDS, Conflict
from workplans import access
from workplans.ids import whole_number

from .authentication import account_of
from .fields import STORABLE, Form, Id, ProblemForm
from .problems import ProblemFound
from .reading import FORMS, one, router, row_of
from .resources import REPORTS
from .statuses import answers

STORED = FORMS["reports"]
Text = Annotated[str, Field(pattern=STORABLE)]
Percent = Annotated[
    Decimal, Field(ge=0, le=100, decimal_places=1), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100})
]


class TaskContents(Form):
    """一项分解任务的进展；没有写的项保持原样。"""

    id: Id = Field(description="分项进展的编号，读取报告时在 `tasks` 中")
    progress: Text = Field(None, description="目前进展情况")
    difficulties: Text = Field(None, description="存在的困难")
    next_steps: Text = Field(None, description="下一步工作措施")


class Contents(Form):
    """一份进展报告要改的内容；没有写的项保持原样。"""

    completion_percent: Percent | None = Field(None, description="完成率，0 到 100，最多一位小数；`null` 为未填")
    progress: Text = Field(None, description="目前进展情况")
    difficulties: Text = Field(None, description="存在的困难")
    next_steps: Text = Field(None, description="下一步工作措施")
    unchanged: bool = Field(None, description="本期无新进展")
    unchanged_reason: Annotated[Text, Field(max_length=200)] = Field(None, description="无新进展的原因")
    tasks: Annotated[list[TaskContents], Field(max_length=200)] = Field(None, description="要改的分项进展")


class ConflictForm(ProblemForm):
    """别人先保存了: 双方的内容都在这里，核对以后按新的版本再提交。"""

    stored: STORED | None = Field(None, description="`code` 为 `conflict` 时：已保存的内容")
    sent: Contents | None = Field(None, description="`code` 为 `conflict` 时：这次提交的内容")


REFUSED = dict.fromkeys((400, 403, 413, 428), ProblemForm) | {409: ConflictForm}
Version = str | None
IF_MATCH = Header(None, alias="If-Match", description='依据的版本，即读取这份报告时得到的 `ETag`，如 `"3"`')


@router.patch(
    "/reports/{int:pk}", response=answers(FORMS["reports"], missing=True, more=REFUSED), summary="进展报告：填写",
    description="只能填写令牌所属科室的、填报中或已退回的报告。回答保存以后的报告。", url_name="reports_one",
    operation_id="reports_save", tags=[REPORTS.label],
)  # fmt: skip
def reports_save(
    request,
    sent: Contents,
    pk: int = Path(description="编号"),
    version: Version = IF_MATCH,
):
    """Store what was sent of a report."""
    account, seen = account_of(request), _version(version)
    with _conflicts_told(account, pk, sent), transaction.atomic():
        report = _report(account, pk)
        _refuse(account, report)
        if report.version != seen:
            raise Conflict(report)
        changes, texts = _checked(report, sent.model_dump(exclude_unset=True))
        recording.record(
            report, changes, by=account, now=timezone.now(), expected_version=seen, task_texts=texts, reason="数据接口"
        )
    return one(REPORTS, account, pk)


@router.post(
    "/reports/{int:pk}/submit", response=answers(FORMS["reports"], missing=True, more=REFUSED), summary="进展报告：提交",
    description="和科室的填报人按“提交”一样：有科室负责人的先由其审核，否则送局办公室。提交以后不能再改，除非被退回。",
    url_name="reports_submit", operation_id="reports_submit", tags=[REPORTS.label],
)  # fmt: skip
def reports_submit(request, pk: int = Path(description="编号"), version: Version = IF_MATCH) -> HttpResponse:
    """Submit a report as it is stored."""
    account, seen = account_of(request), _version(version)
    with _conflicts_told(account, pk, None):
        report = _report(account, pk)
        try:
            workflow.perform(report, ReportStep.SUBMIT, by=account, now=timezone.now(), expected_version=seen)
        except workflow.Refused as problem:
            raise ProblemFound("forbidden", str(problem)) from problem
        except workflow.Impossible as problem:
            raise ProblemFound("not-now", str(problem)) from problem
    return one(REPORTS, account, pk)


@contextmanager
def _conflicts_told(account, pk: int, sent: Contents | None):
    """Tell a conflict with both texts: what is stored by now, and what was sent."""
    try:
        yield
    except Conflict as conflict:
        told = sent and sent.model_dump(exclude_unset=True)
        raise ProblemFound(
            "conflict", _sentence(conflict), stored=row_of(REPORTS, account, pk), sent=told
        ) from conflict


def _sentence(conflict: Conflict) -> str:
    stored = conflict.stored
    return f"{recording.writer_of(stored)} 已经保存了这份进展报告（第 {stored.version} 版）。请核对 stored 和 sent，按新的版本再提交。"


def _version(header: str | None) -> int:
    """Return the version an If-Match header names. Raises ProblemFound."""
    if not header:
        raise ProblemFound("version-required")
    number = whole_number(header.strip().strip('"'))
    if number is None:
        raise ProblemFound("invalid", errors=[{"where": "If-Match", "message": '应为读取时得到的 ETag，如 "3"。'}])
    return number


def _report(account, pk: int) -> Report:
    """Return a report the account may read, with what rules and messages ask of it. Raises ProblemFound."""
    rows = Report.objects.visible_to(account).select_related("item__plan", "period", "office", "saved_by")
    report = rows.filter(pk=pk).first()
    if report is None:
        raise ProblemFound("not-found")
    return report


def _refuse(account, report: Report) -> None:
    """Raise ProblemFound where the account may not write the report: for good, or not now."""
    if refused := access.refusal(account, "change", Report, report):
        raise ProblemFound("not-now" if access.enters_for_office(account, report) else "forbidden", refused)


def _checked(report: Report, sent: dict[str, Any]) -> tuple[dict, dict]:
    """Return what is to be stored, as the forms of the pages have it: field → value, and part → field → text."""
    parts = {part.pk: part for part in report.task_reports.all()}
    mistakes: list[dict[str, str]] = []
    texts = {}
    for number, told in enumerate(sent.pop("tasks", None) or ()):
        part = parts.get(told.pop("id"))
        if part is None:
            mistakes.append({"where": f"tasks.{number}.id", "message": "这份报告没有这项分项进展。"})
            continue
        form = TaskReportForm({name: getattr(part, name) for name in TEXT_FIELDS} | told, instance=part)
        mistakes += _mistakes(form, f"tasks.{number}.")
        texts[part.pk] = {name: text for name, text in form.cleaned_data.items() if name in told}
    form = ReportForm(_whole(report, sent), instance=report)
    mistakes += _mistakes(form, "")
    if mistakes:
        raise ProblemFound("invalid", errors=mistakes)
    return form.changes(), texts


def _whole(report: Report, sent: dict[str, Any]) -> dict[str, Any]:
    """Return all fields of the form: what was sent over what is there."""
    values = {name: getattr(report, name) for name in REPORT_FIELDS} | sent
    percent = values["completion_percent"]
    return values | {"completion_percent": "" if percent is None else f"{percent:f}"}


def _mistakes(form, before: str) -> list[dict[str, str]]:
    return [
        {"where": before + (name if name != "__all__" else ""), "message": " ".join(messages)}
        for name, messages in form.errors.items()
    ]
