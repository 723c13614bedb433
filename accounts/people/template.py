"""The workbook people are entered in: who serves already stands in it, so that the same sheet comes back changed."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from workplans.models import Office
from workplans.models.organization import ROLE_LABELS
from workplans.people import name_of
from workplans.sheet_text import write_text

from .comparing import people_of_bureau
from .reading import COLUMNS, LEFT, STAYS

ROOM = 100  # rows prepared for more people
AS_TEXT = "@"  # a telephone number keeps its zeros
HEADING = PatternFill("solid", fgColor="EDEDED")
THIN = Side(style="thin", color="BFBFBF")
OFFICES = "科室名单"
GUIDE = (
    "一人一行；表头不要改名，列可以换位置，不用的列可以删去。",
    "已有的人已经列在表里：改了哪里就改哪里，没有改动的行不受影响；同一份表上传两次，第二次不会改变任何内容。",
    "空着的手机、邮箱不改已有的。删去的行不会自动离任：上传后会列出表中没有的人，由您勾选。",
    "新增的人会得到一次性密码，确认导入后打印成密码条，裁开发给本人；首次登录必须改成自己的密码。",
)


def people_workbook(organization) -> bytes:
    """Return the workbook of the people of `organization` as an .xlsx file."""
    book = Workbook()
    sheet = book.active
    sheet.title = "人员"
    rows = list(people_rows(organization))
    for number, column in enumerate(COLUMNS, start=1):
        _heading(sheet, number, column)
    for index in range(2, len(rows) + ROOM + 2):
        values = rows[index - 2] if index - 2 < len(rows) else ("",) * len(COLUMNS)
        for number, text in enumerate(values, start=1):
            cell = sheet.cell(index, number)
            cell.number_format, cell.border = AS_TEXT, Border(THIN, THIN, THIN, THIN)
            if text:
                write_text(cell, text)
    sheet.freeze_panes = "B2"
    _choices(book, sheet, organization, len(rows) + ROOM + 1)
    _guide(book)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def people_rows(organization):
    """Yield the cells of each 任职 of the people who serve, in the order of the columns."""
    for user in people_of_bureau(organization):
        for each in user.memberships.all():
            if user.is_active and each.organization_id == organization.pk:
                office = each.office.name if each.office else ""
                yield name_of(user), user.get_username(), office, each.get_role_display(), each.phone, user.email, STAYS


def _heading(sheet, number, column):
    cell = sheet.cell(1, number)
    write_text(cell, column.heading)
    cell.font, cell.fill = Font(bold=True), HEADING
    cell.alignment = Alignment(horizontal="center")
    sheet.column_dimensions[get_column_letter(number)].width = column.width


def _choices(book, sheet, organization, last):
    """Offer offices, roles and states in their columns; what is not in the list may be typed all the same."""
    offices = list(Office.objects.reporting().filter(organization=organization, is_active=True))
    names = book.create_sheet(OFFICES)
    for row, office in enumerate(offices, start=1):
        write_text(names.cell(row, 1), office.name)
    names.column_dimensions["A"].width = 24
    lists = {
        "office": f"={OFFICES}!$A$1:$A${len(offices)}" if offices else "",
        "role": f'"{",".join(ROLE_LABELS.values())}"',
        "has_left": f'"{STAYS},{LEFT}"',
    }
    for number, column in enumerate(COLUMNS, start=1):
        if formula := lists.get(column.name):
            letter = get_column_letter(number)
            offered = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
            offered.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(offered)


def _guide(book):
    sheet = book.create_sheet("填写说明")
    sheet.column_dimensions["A"].width = 100
    lines = [*GUIDE, *(f"{column.heading}：{column.help}" for column in COLUMNS)]
    for row, line in enumerate(lines, start=1):
        cell = sheet.cell(row, 1)
        write_text(cell, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
