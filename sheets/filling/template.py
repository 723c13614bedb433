"""The 填报表 as a workbook: white where to write, grey and locked where not, one sheet an office, and how to fill it in."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation

from sheets.sheets import chinese_date
from sheets.workbook import BORDER, HEADER_FILL, font, sheet_name
from sheets.wrapping import row_height, text_lines
from tracking.models import Period
from workplans.sheet_text import shown, split_text, write_text, write_value

from .columns import COLUMNS, KEY, TITLE, FillColumn, row_columns
from .entries import FillRow, sheets_of
from .keys import REPORT, TASK
from .reading import GUIDE_TITLE

NAME, GUIDE = "填报表", "填写说明"
LOCKED_FILL = PatternFill("solid", fgColor="F2F2F2")
WRITABLE_FILL = PatternFill("solid", fgColor="FFFDF0")
AS_TEXT = "@"  # what is typed into such a cell stays what was typed
LEAST_LINES, MOST_LINES = 3, 26
HOW = "浅黄色的格子可以填写，灰色的不能改；“上期”三列供对照。填好后保存，在“我的填报 → 离线填报”上传，核对后才会写入。"
GUIDE_LINES = (
    "1. 只填浅黄色的格子。灰色的格子锁住了：那是事项、上期内容，或者已经提交、不能再改的进展报告。",
    "2. 完成率填 0 到 100 的数字，如 80 或 80.5，最多一位小数；写 80% 也可以。暂不填写就留空：没有填写与 0 不同。",
    "3. 上期写了什么就在同一行左边，可以复制过来再改。一格之内换行按 Alt+Enter。文字不限长度。",
    "4. 确实没有新进展的，在“本期无新进展”选“是”，并写明原因（200 字以内）；其他栏可以不填。",
    "5. 有分解任务的事项，每项任务各占一行，写在事项下面；分解任务只填三栏文字，完成率填在事项那一行。",
    "6. 列可以移动，行可以排序、筛选，也可以删去不填的行（删去的行上传后不受影响）。需要时在“审阅”中撤销工作表保护，没有密码。"
    "请保留表头文字和最右边隐藏的“系统编号”列；排序时请选中整张表。",
    "7. 填好后保存为 .xlsx（WPS 的 .et、旧版 .xls 也可以），登录系统，在“我的填报 → 离线填报”上传。"
    "系统先列出每一处改动、每一处问题，您确认之后才会写入；可以只保存为草稿，也可以同时提交。",
    "8. 没有改动过的格子不会写入，即使别人后来在网页上改过。同一份文件上传两次，第二次不会改变任何内容。",
)  # fmt: skip


def fill_workbook(period: Period, offices) -> bytes:
    """The 填报表 of the period for `offices`, a worksheet each, as an .xlsx file."""
    book = Workbook()
    # Column widths are counted in digits of this font.
    book._fonts = IndexedList([font()])
    book._named_styles["Normal"].font = font()
    book.properties.creator = shown(str(period.organization))
    book.properties.title = shown(f"{period}{NAME}")
    guide = book.active
    for office, rows in sheets_of(period, offices):
        sheet = book.create_sheet(sheet_name(str(office), set(book.sheetnames)), len(book.sheetnames) - 1)
        FillSheet(sheet, period, office, rows).write()
    write_guide(guide, {name for name in book.sheetnames if name != guide.title})
    book.active = 0
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def write_guide(sheet, taken):
    """Write how the sheet is filled in."""
    sheet.title = sheet_name(GUIDE, taken)
    sheet.column_dimensions["A"].width = 96
    for number, line in enumerate((GUIDE_TITLE, *GUIDE_LINES), start=1):
        cell = sheet.cell(number, 1)
        write_text(cell, line)
        size = 12 if number > 1 else 16
        cell.font = font("宋体" if number > 1 else "黑体", size)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[number].height = row_height(len(text_lines(line, 96, size)), size) + 4
    sheet.protection.sheet = True
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0


class FillSheet:
    """Writes one office's sheet; `columns` are pairs of a column and which part of its text stands there."""

    HEAD = 4

    def __init__(self, sheet, period, office, rows: list[FillRow]):
        self.sheet, self.period, self.office, self.rows = sheet, period, office, rows
        self.columns = [(column, part) for column in COLUMNS for part in range(self._parts_needed(column))]
        self.last = len(self.columns) - 1  # the last one seen: the key is hidden

    def _parts_needed(self, column: FillColumn) -> int:
        values = (column.source(row) for row in self.rows)
        return max((len(split_text(shown(value))) for value in values if type(value) is str), default=1)

    def write(self):
        """Write everything."""
        self._above()
        self._headings()
        for number, row in enumerate(self.rows, start=self.HEAD + 1):
            self._row(number, row)
        self._rules()
        self._page()

    def _above(self):
        period = self.period
        days = f"报告时段：{chinese_date(period.start_on)}至{chinese_date(period.as_of)}　　报送截止：{chinese_date(period.due_on)}"
        lines = (
            (f"{self.office} {period} 进展{NAME}", font("黑体", 16), 30, "center"),
            (f"单位：{period.organization}　　{days}", font(size=11), 20, "left"),
            (HOW, font(size=11), 20, "left"),
        )
        for number, (text, style, height, horizontal) in enumerate(lines, start=1):
            cell = self.sheet.cell(number, 1)
            write_text(cell, text)
            cell.font, cell.alignment = style, Alignment(horizontal=horizontal, vertical="center")
            self.sheet.row_dimensions[number].height = height
            self.sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=self.last)

    def _headings(self):
        for number, (column, part) in enumerate(self.columns, start=1):
            cell = self.sheet.cell(self.HEAD, number)
            write_text(cell, f"{column.heading}（续{part}）" if part else column.printed or column.heading)
            cell.font, cell.fill, cell.border = font("黑体"), HEADER_FILL, BORDER
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            dimension = self.sheet.column_dimensions[get_column_letter(number)]
            dimension.width, dimension.hidden = column.width, column is KEY
        self.sheet.row_dimensions[self.HEAD].height = row_height(2)

    def _row(self, number, row: FillRow):
        open_to = row_columns(TASK if row.task_report else REPORT) if row.is_writable else ()
        lines = LEAST_LINES
        for index, (column, part) in enumerate(self.columns, start=1):
            value = column.source(row)
            if type(value) is str:
                parts = split_text(shown(value))
                value = parts[part] if part < len(parts) else ""
                lines = max(lines, len(text_lines(value, column.width))) if column is not KEY else lines
            cell = self.sheet.cell(number, index)
            write_value(cell, value)
            cell.font, cell.border = font(), BORDER
            horizontal = "center" if column.is_centred else "left"
            cell.alignment = Alignment(horizontal=horizontal, vertical="top", wrap_text=True)
            is_open = column in open_to
            cell.protection, cell.fill = Protection(locked=not is_open), WRITABLE_FILL if is_open else LOCKED_FILL
            if column.parse and column.name != "completion_percent":
                cell.number_format = AS_TEXT
        self.sheet.row_dimensions[number].height = row_height(min(lines, MOST_LINES))

    # --- what Excel itself watches over ------------------------------------------------------------------

    def _rules(self):
        last = max(self.HEAD + 1, self.HEAD + len(self.rows))
        rules = {
            "completion_percent": DataValidation(
                "decimal", formula1="0", formula2="100", operator="between", allow_blank=True,
                errorTitle="完成率填错了", error="完成率应是 0 到 100 之间的数字，如 80。不填就留空。",
            ),
            "unchanged": DataValidation(
                "list", formula1='"是"', allow_blank=True, errorTitle="只能填“是”", error="没有新进展时选“是”，否则留空。"
            ),
            "unchanged_reason": DataValidation(
                "textLength", formula1="200", operator="lessThanOrEqual", allow_blank=True,
                errorTitle="原因太长", error="无新进展的原因最多 200 字，请写得简短些。",
            ),
        }  # fmt: skip
        for number, (column, _part) in enumerate(self.columns, start=1):
            if rule := rules.get(column.name):
                rule.showErrorMessage = rule.showInputMessage = True
                rule.promptTitle, rule.prompt = column.heading, column.prompt
                rule.add(f"{get_column_letter(number)}{self.HEAD + 1}:{get_column_letter(number)}{last}")
                self.sheet.add_data_validation(rule)
        self.sheet.auto_filter.ref = f"A{self.HEAD}:{get_column_letter(self.last)}{last}"
        protection = self.sheet.protection
        protection.sheet = True
        # What stays allowed: False means not forbidden.
        protection.formatColumns = protection.formatRows = protection.sort = protection.autoFilter = False

    def _page(self):
        """A4 landscape, one page wide, the headings on each page; number and words of the item stay in sight."""
        sheet, end = self.sheet, self.HEAD + max(1, len(self.rows))
        sheet.freeze_panes = f"{get_column_letter(COLUMNS.index(TITLE) + 2)}{self.HEAD + 1}"
        sheet.print_title_rows, sheet.print_area = f"{self.HEAD}:{self.HEAD}", f"A1:{get_column_letter(self.last)}{end}"
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        setup, margins = sheet.page_setup, sheet.page_margins
        setup.paperSize, setup.orientation, setup.fitToHeight = sheet.PAPERSIZE_A4, "landscape", 0
        margins.left, margins.right, margins.top, margins.bottom = 0.4, 0.4, 0.5, 0.6
        margins.header = margins.footer = 0.3
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
        sheet.sheet_view.showGridLines = False
