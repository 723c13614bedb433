"""One row of every model, and the addresses of every URL: for the tests that go through all pages."""

from datetime import date, timedelta

from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Application, NameRepair
from audit.models import SecurityEvent
from importer.drafts.checked_draft import Proof
from importer.drafts.drafts import ItemDraft, PlanDraft, SectionDraft
from papers.letter import Letter
from sheets.filling.reading import FilledSheet
from tests.base import NOW, Cast, make_user
from tracking.models import (
    Channel,
    ChannelKind,
    Digest,
    DueDateChange,
    Evidence,
    Feedback,
    FillUpload,
    HolidayNotice,
    Instruction,
    InstructionAnswer,
    InstructionOffice,
    LetterTemplate,
    Remark,
    Reopening,
    ReportEvent,
    SavedView,
    SheetLayout,
    TableExport,
    Urge,
)
from workplans.models import (
    ImportDraft,
    ImportStep,
    ItemRequest,
    Milestone,
    ScanFile,
    ScanPage,
    ScanReading,
    SourceDocument,
    WaitingUpload,
)

# The smallest picture a browser shows.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
# Arguments of URLs that do not speak of one row.
ARGUMENTS = {
    "calendar_file": ["1-revoked"], "admin:app_list": ["tracking"], "admin:view_on_site": [1, 1],
    "sheets:export_options": ["overview"], "sheets:export_file": ["overview"], "sheets:over_time_file": ["csv"], "sheets:export_preview": ["overview"],
    "application_token_revoke": [1, 1],
}  # fmt: skip
# Which row the pages of our own speak of, by the beginning of their name.
ROWS = {
    "request": "itemrequest", "instruction": "instructionoffice",
    "import": "importdraft", "source": "sourcedocument", "fill": "fillupload", "plan": "plan", "item": "item", "report": "report", "evidence": "evidence",
    "template_file": "lettertemplate", "template": "organization",
    "feedback": "feedback", "period": "period", "missing": "period", "urge": "period", "saved": "savedview", "office": "office",
    "second": "user", "directory": "user",
    "upload": "waitingupload",
    "table": "tableexport",
    "layout": "sheetlayout",
    "scan": "scanreading",
    "people": "organization", "setup": "organization",
    "milestone": "milestone", "channel": "channel",
    "application": "application",
}  # fmt: skip


def url_names():
    """Return every named URL with the number of its arguments, namespaces included."""
    found = {}

    def walk(resolver, prefix, arguments):
        for entry in resolver.url_patterns:
            taken = arguments + entry.pattern.regex.groups
            if isinstance(entry, URLResolver):
                walk(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix, taken)
            elif entry.name:
                found[f"{prefix}{entry.name}"] = taken

    walk(get_resolver(), "", 0)
    return found


class EveryUrl(Cast):
    """Mix into a test case: `make_rows()` once, then `path(name)`."""

    @classmethod
    def make_rows(cls):
        """Make one row of every model in the cast's bureau, kept in `rows` by the model's name."""
        plan = cls.make_plan()
        item = cls.make_item(plan, tasks=["高中"])
        report = cls.make_report(item, cls.make_period(), completion_percent=60, progress="已开展两次调研。")
        event = ReportEvent.objects.create(
            report=report, actor=cls.supervisor, at=NOW, action="submit", from_status="draft", to_status="draft"
        )
        source = SourceDocument.objects.create(
            organization=cls.bureau, name="工作要点.txt", kind="plan", content=b"x", sha256="0" * 64, text="x"
        )
        evidence = Evidence.objects.create(
            report=report, name="验收单.pdf", content=b"%PDF-", size=5, sha256="0" * 64, uploaded_by=cls.reporter,
            uploaded_at=NOW,
        )  # fmt: skip
        request = ItemRequest.objects.create(
            item=item, kind="close", reason="已完成验收", requested_by=cls.reporter, requested_at=NOW
        )
        rows = [
            cls.bureau, cls.moral, cls.reporter.memberships.get(), source, plan, plan.only_section, item,
            item.assignments.get(), item.tasks.get(), cls.make_milestone(item), report.period, report, report.task_reports.get(), event,
            make_user("somebody"), evidence, request, *cls.make_cycle(report), *cls.make_import(), *cls.make_scan(),
            SecurityEvent.objects.create(at=NOW, kind="export", success=True),
            Application.objects.create(organization=cls.bureau, name="数据平台", account=make_user("接口-000000000001", is_active=False)),
            NameRepair.objects.create(user=cls.reporter, first_name="三", last_name="张", name="张三", is_sure=True),
            HolidayNotice.objects.create(year=2024, text="通知", uploaded_by=cls.admin, uploaded_at=NOW),
            DueDateChange.objects.create(
                period=report.period, from_day=NOW.date(), to_day=NOW.date(), reason="放假安排公布", by=cls.supervisor, at=NOW
            ),
            TableExport.objects.create(user=cls.supervisor, words="年度：2024年", status="done", total=40, asked_at=NOW, finished_at=NOW),
            SheetLayout.objects.create(
                organization=cls.bureau, sheet="progress", name="报区政府",
                columns=[{"name": "title", "heading": "事项", "width": 20}],
            ),
            WaitingUpload.objects.create(
                user=cls.supervisor, kind="fill", name="填报表.xlsx", content=b"PK", sha256="3" * 64,
                asked_at=timezone.now() + timedelta(hours=1),  # however long the walk takes, it waits for the first time
            ),
            SavedView.objects.create(user=cls.supervisor, plan=plan, name="滞后", query="progress=red"),
            FillUpload.objects.create(
                user=cls.supervisor, name="填报表.xlsx", sha256="2" * 64, reading=FilledSheet().to_json(), uploaded_at=timezone.now()
            ),
        ]  # fmt: skip
        cls.rows = {row._meta.model_name: row for row in rows}

    @classmethod
    def make_said(cls, report):
        """Return a 批示 with the office it is addressed to and an answer, and a question."""
        said = Instruction.objects.create(item=report.item, by=cls.leader, at=NOW, text="请加快进度。")
        addressed = InstructionOffice.objects.create(instruction=said, office=cls.moral, office_name=cls.moral.name)
        answer = InstructionAnswer.objects.create(addressed=addressed, by=cls.reporter, at=NOW, text="已安排。")
        return (
            said,
            addressed,
            answer,
            Remark.objects.create(report=report, by=cls.supervisor, at=NOW, text="数据何时核实？"),
        )

    @classmethod
    def make_milestone(cls, item):
        """Return what the item is to reach in the spring."""
        return Milestone.objects.create(item=item, position=1, what="印发方案", due_on=date(2024, 3, 31))

    @classmethod
    def make_cycle(cls, report):
        """Return a reopening, an urge and a notice of the supervisor's."""
        made = {"by": cls.supervisor, "at": NOW}
        return [
            Reopening.objects.create(
                period=report.period, office=cls.moral, until=NOW.date(), reason="负责人出差", **made
            ),
            Urge.objects.create(report=report, note="请尽快报送。", **made),
            *cls.make_said(report),
            Channel.objects.create(organization=cls.bureau, kind=ChannelKind.WECOM, name="各科室联络员群"),
            Digest.objects.create(user=cls.supervisor, on=NOW.date(), body="【待审核】1 份进展报告等待办公室审核。"),
            cls.make_feedback(report.period, NOW),
            LetterTemplate.objects.create(
                organization=cls.bureau,
                kind="bulletin",
                name="通报.docx",
                content=b"PK",
                sha256="0" * 64,
                uploaded_by=cls.supervisor,
                uploaded_at=NOW,
            ),
        ]

    @classmethod
    def make_feedback(cls, period, now):
        """Return a letter that is not signed yet."""
        letter = Letter("关于重点工作推进情况的反馈", "区府办", "现反馈如下：", (), "虹口区教育局", "2024年10月28日")
        return Feedback.objects.create(
            organization=cls.bureau, period=period, title=letter.title, recipient=letter.recipient, basis=letter.opening,
            dated_on=now.date(), snapshot=letter.to_json(), compiled_by=cls.supervisor, compiled_at=now,
        )  # fmt: skip

    @classmethod
    def make_import(cls):
        """Return a document being corrected, and its first correction."""
        items = [ItemDraft("1", "推进第1项重点工作", offices=["德育科"])]
        plan = PlanDraft(
            title="虹口区教育局2025年工作要点", year=2025, sections=[SectionDraft("一", "立德树人", items=items)]
        )
        draft = ImportDraft.objects.create(
            organization=cls.bureau, name="要点.txt", content=b"x", sha256="1" * 64, text="x", title=plan.title,
            proof=Proof(plan).to_dict(), uploaded_by=cls.supervisor, uploaded_at=NOW, changed_at=NOW,
        )  # fmt: skip
        return draft, ImportStep.objects.create(draft=draft, label="修改事项", before=b"", by=cls.supervisor, at=NOW)

    @classmethod
    def make_scan(cls):
        """Return two photographs to be put in order, the first with a page read from it."""
        reading = ScanReading.objects.create(
            organization=cls.bureau,
            name="照片1.png",
            sha256="3" * 64,
            status="ordering",
            total=2,
            asked_by=cls.supervisor,
            asked_at=NOW,
        )
        files = [
            ScanFile.objects.create(reading=reading, position=n, name=f"照片{n + 1}.png", content=PIXEL, pages=1)
            for n in range(2)
        ]
        lines = {"width": 1, "height": 1, "scanned": True, "lines": []}
        return (
            reading,
            files[0],
            ScanPage.objects.create(reading=reading, number=0, source=0, picture=PIXEL, lines=lines),
        )

    @classmethod
    def path(cls, name):
        """Return the address of URL `name`, asked with the row it speaks of (a version's with a history row)."""
        if not url_names()[name]:
            return reverse(name)
        if name.startswith("api:"):
            return reverse(name, args=[1])  # whichever row, while the API is off; on, it is asked in tests/api
        if name in ARGUMENTS:
            return reverse(name, args=ARGUMENTS[name])
        last = name.rpartition(":")[2]
        own = next((model for beginning, model in ROWS.items() if last.startswith(beginning)), None)
        row = cls.rows[own or last.split("_")[1]]
        if last in ("scan_file", "scan_picture"):
            return reverse(name, args=[row.pk, cls.rows["scanfile"].pk if last == "scan_file" else 0])
        if last == "evidence_picture":
            return reverse(name, args=[row.pk, 1])
        if last == "milestone_done":
            return reverse(name, args=[row.item_id, row.pk])
        if last == "report_step":
            return reverse(name, args=[row.pk, "submit"])
        if last.startswith("template") and url_names()[name] == 2:
            return reverse(name, args=[row.pk, "urging"])
        if last.endswith("simple_history"):
            version = row.history.first()
            return reverse(name, args=[row.pk, version.history_id if version else 1])
        return reverse(name, args=[row.pk])
