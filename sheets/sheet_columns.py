"""The columns of the sheets besides the 推进情况表. Where a sheet shows what that one shows, it is the same column."""

from dataclasses import replace

from tracking.models import Report
from tracking.reports.columns import COMPLETION, DIFFICULTIES, NEXT_STEPS, UNFILLED, Column, label, rate
from workplans.models import Assignment, Item

from .columns import (
    DEADLINE,
    EXPECTED,
    LAMP,
    MILESTONES,
    NEXT_MILESTONE,
    NUMBER,
    OFFICES,
    REMARKS,
    SUPPORT,
    TITLE,
    answering_offices,
    deadline,
)

NO_REPORT = "无报告"


def through(column: Column, name: str, **changes) -> Column:
    """Return `column` for entries that carry the board row in attribute `name`."""
    source, color = column.source, column.color
    changes.setdefault("source", lambda entry: source(getattr(entry, name)))
    if color:
        changes.setdefault("color", lambda entry: color(getattr(entry, name)))
    return replace(column, **changes)


# --- further columns of the sheets of board rows, for a bureau's own layouts ---------------------------------

PLAN = Column("plan", "工作计划", lambda row: row.item.plan.title, width=16, repeats=True, help="事项所在的计划。")
SECTION = Column("section", "板块", lambda row: str(row.item.section), width=14, repeats=True, help="事项所在的板块。")
REPORTING_OFFICE = Column(
    "reporting_office",
    label(Item, "reporting_office"),
    lambda row: row.reporting_name,
    width=10,
    centred=True,
    repeats=True,
    help="填写进展报告的科室。",
)
LEADER = Column(
    "leader", label(Item, "leader"), lambda row: row.item.leader, width=9, centred=True, repeats=True,
    help="分管的局领导，在工作事项中填写。",
)  # fmt: skip
REPORTING_LAMP = Column(
    "reporting_lamp", "报送", lambda row: str(row.reporting), width=9, centred=True,
    color=lambda row: row.reporting.color, help="是否按时报送。",
)  # fmt: skip
DEADLINE_LAMP = Column(
    "deadline_lamp", "时限", lambda row: str(row.deadline), width=9, centred=True,
    color=lambda row: row.deadline.color, help="离完成时限还有多久。",
)  # fmt: skip
PROGRESS_EXTRA = (PLAN, SECTION, REPORTING_OFFICE, LEADER, REPORTING_LAMP, DEADLINE_LAMP, MILESTONES, NEXT_MILESTONE)

# --- 任务分解表 ------------------------------------------------------------------------------------------------


def measures(row) -> str:
    """The item's text, then its tasks one a line."""
    tasks = [f"（{number}）{task}" for number, task in enumerate(row.item.tasks.all(), start=1)]
    return "\n".join(filter(None, [row.item.body.strip(), *tasks]))


def leading(row) -> str:
    """The offices that lead; where the document names none that leads or answers, who reports."""
    return "、".join(row.lead_names) or ("" if row.responsible_names else row.reporting_name)


def standing_of(row) -> str:
    """The item's status where it is not simply under way."""
    return "" if row.item.status == Item.Status.ACTIVE else row.item.get_status_display()


BREAKDOWN_SHEET = (
    NUMBER,
    replace(TITLE, width=24),
    Column("measures", "具体举措", measures, width=56, help="事项的内容，有分解任务的逐项列出。"),
    Column("lead", f"{Assignment.Role.LEAD.label}科室", leading, width=12, centred=True, repeats=True, help="没有写明牵头或责任科室的，为填报科室。"),
    Column("responsible", f"{Assignment.Role.RESPONSIBLE.label}科室", lambda row: "、".join(row.responsible_names), width=14, centred=True, repeats=True, help="共同负责的科室。"),
    replace(SUPPORT, width=14),
    DEADLINE,
    Column("remarks", "备注", standing_of, width=10, notes=True, help="事项已办结、暂缓等。"),
)  # fmt: skip
BREAKDOWN_EXTRA = (PLAN, SECTION, REPORTING_OFFICE, LEADER, MILESTONES, NEXT_MILESTONE)

# --- 未报清单: entries carry `office` (MissingOffice) and `row` (MissingRow) -----------------------------------

MISSING_SHEET = (
    Column("office", "科室", lambda e: e.office.name, width=16, centred=True, repeats=True, help="应填报的科室。"),
    Column("missing", "未报项数", lambda e: len(e.office.rows), width=10, centred=True, help="这个科室共有几项未报。"),
    Column("item", "事项", lambda e: str(e.row.report.item), width=64, help="编号和标题。"),
    Column("due_on", "截止", lambda e: e.row.due_on, width=12, centred=True, help="报送截止日期。"),
    Column("days_late", "逾期天数", lambda e: e.row.days_late, width=10, centred=True, help="从截止次日算起，没有逾期为 0。"),
    Column("contacts", "联系人", lambda e: "、".join(e.office.contacts), width=24, repeats=True, help="科室的任职人员。"),
)  # fmt: skip
MISSING_EXTRA = (
    Column("plan", "工作计划", lambda e: e.row.report.item.plan.title, width=24, repeats=True, help="事项所在的计划。"),
    Column("status", label(Report, "status"), lambda e: e.row.report.status_label, width=10, centred=True, help="待填报、填报中或已退回。"),
    Column("reporting_lamp", "报送", lambda e: str(e.row.lamp), width=10, centred=True, color=lambda e: e.row.lamp.color, help="是否逾期。"),
    Column("urged", "催办次数", lambda e: e.row.urged, width=10, centred=True, help="本期已催办几次。"),
    Column("last_urged", "最近催办", lambda e: e.row.last_urged, width=12, centred=True, help="最近一次催办的日期。"),
)  # fmt: skip
MISSING_KEY = Column("item_id", "事项系统编号", lambda e: e.row.report.item_id, help="隐藏列，请勿改动。")

# --- 困难清单: Difficulty ---------------------------------------------------------------------------------------


def said_of(each) -> str:
    """What the page says of a difficulty besides its age."""
    if not each.is_old:
        return "本期新提"
    return "文字未变" if each.is_repeated else ""


DIFFICULTY_SHEET = (
    through(NUMBER, "row"),
    through(TITLE, "row", width=24),
    through(REPORTING_OFFICE, "row", width=12),
    through(COMPLETION, "row"),
    through(LAMP, "row"),
    through(DIFFICULTIES, "row", width=44),
    through(NEXT_STEPS, "row", width=36),
    Column("age", "期数", lambda each: each.age, width=6, centred=True, help="连续提出了几期，本期在内。"),
    Column("since", "首次提出", lambda each: str(each.since), width=14, centred=True, help="连续提出从哪一期开始。"),
    Column("note", "说明", said_of, width=10, notes=True, help="本期新提，或与上一期文字未变。"),
)  # fmt: skip
DIFFICULTY_EXTRA = tuple(through(column, "row") for column in (PLAN, SECTION, OFFICES, LEADER, EXPECTED))

# --- 督查台账: LedgerRow ----------------------------------------------------------------------------------------


def source_of_task(each) -> str:
    """The document the item comes from."""
    plan = each.row.item.plan
    return f"{plan.title}（{plan.document_number}）" if plan.document_number else plan.title


LEDGER_SHEET = (
    through(NUMBER, "row", heading="编号", width=6),
    Column("issued_on", "立项日期", lambda e: e.row.item.plan.issued_on, width=11.5, centred=True, help="来源文件的印发日期。"),
    Column("source", "任务来源", source_of_task, width=16, repeats=True, help="工作计划的标题和文号。"),
    Column("title", "督查事项", lambda e: e.row.item.title, width=22, repeats=True, help="事项的标题。"),
    through(LEADER, "row"),
    Column("offices", "承办科室", lambda e: answering_offices(e.row), width=12, centred=True, repeats=True, help="牵头科室在前。"),
    Column("support_offices", "协办科室", lambda e: "、".join(e.row.support_names), width=10, centred=True, repeats=True, help="配合、协办的科室。"),
    Column("handed_on", "交办/签收日期", lambda e: e.handed_on, width=11.5, centred=True, help="第一次进入填报期、交到科室的日期；签收日期手填。"),
    Column("deadline", "办结时限", lambda e: deadline(e.row), width=11.5, centred=True, help="没有日期时照原文。"),
    Column("last_feedback", "最近反馈日期", lambda e: e.last_feedback, width=11.5, centred=True, help="科室最近一次填写进展的日期。"),
    Column("progress", "进展", lambda e: e.row.progress_text, width=36, help="本期的目前进展情况。"),
    Column("urged", "催办次数", lambda e: e.urged, width=6, centred=True, help="到本期为止的累计次数。"),
    Column("extensions", "延期情况", lambda e: e.extensions, width=19, help="申请和同意的延期。"),
    Column("closed_on", label(Item, "closed_on"), lambda e: e.row.item.closed_on, width=11.5, centred=True, help="核实办结的日期。"),
    Column("is_closed", "是否销号", lambda e: e.is_closed, width=8, centred=True, help="已办结为“是”。"),
)  # fmt: skip
INSTRUCTIONS = Column(
    "instructions", "领导批示和回复", lambda row: row.instructions, width=28, help="批示的内容、日期和各科室的回复。"
)
LEDGER_EXTRA = (
    INSTRUCTIONS,
    *(
        through(column, "row")
        for column in (SECTION, REPORTING_OFFICE, COMPLETION, LAMP, DIFFICULTIES, NEXT_STEPS, REMARKS)
    ),
)

# --- 两期对比: ComparedPair --------------------------------------------------------------------------------------


def completion_in(report):
    """The rate one report states, or that there is none."""
    if report is None:
        return NO_REPORT
    return UNFILLED if report.completion_percent is None else rate(report.completion_percent)


def text_before(field: str):
    """Return the source of a text in the earlier period."""
    return lambda each: each.pair.before.compiled(field) if each.pair.before else ""


def text_after(field: str):
    """Return the source of a text in the later period."""
    return lambda each: each.pair.row.text(field)


PERCENTAGE_POINTS = "+0.0;-0.0;0"
COMPARISON_SHEET = (
    through(NUMBER, "row"),
    through(TITLE, "row", width=20),
    through(REPORTING_OFFICE, "row"),
    Column("completion_before", "对比期完成率", lambda e: completion_in(e.pair.before), width=7.5, centred=True, bars=True, help="较早的一期。"),
    Column("completion_after", "本期完成率", lambda e: completion_in(e.pair.row.report), width=7.5, centred=True, bars=True, help="较晚的一期。"),
    Column("step", "升降", lambda e: e.pair.changed.step, width=7, centred=True, number_format=PERCENTAGE_POINTS, help="百分点，上升为正。"),
    Column("stalled", "未动期数", lambda e: e.pair.row.stalled, width=6, centred=True, help="完成率连续几期没有变化。"),
    Column("changes", "变化", lambda e: e.words, width=11, centred=True, help="有进展、原地未动、新增困难、照抄上期等。"),
    Column("progress_before", "对比期进展", text_before("progress"), width=32, help="较早一期的目前进展情况。"),
    Column("progress_after", "本期进展", text_after("progress"), width=32, help="较晚一期的目前进展情况。"),
    Column("difficulties_before", "对比期困难", text_before("difficulties"), width=18, help="较早一期的困难。"),
    Column("difficulties_after", "本期困难", text_after("difficulties"), width=18, help="较晚一期的困难。"),
)  # fmt: skip
COMPARISON_EXTRA = tuple(through(column, "row") for column in (PLAN, SECTION, LEADER, EXPECTED, LAMP, NEXT_STEPS))
