"""图表: a worksheet with Excel's own charts of a board – sections beside what is expected of them, and the lamps.

The numbers stand in cells beside the charts, so that they can be read and changed without them.
"""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.styles import Alignment

from boards.totals import mean_expected
from tracking.lamps import KIND_LABELS, SHAPES, Color, LampKind
from tracking.reports.columns import rate
from workplans.sheet_text import shown, write_value

from .selection import Selection
from .sheets import section_bands
from .styles import BORDER, HEADER_FILL, font

NAME = "图表"
# Dark, middle, light: told apart in black and white too.
FILLS = {Color.RED: "A40E26", Color.AMBER: "D99A00", Color.GREEN: "8CC79B", Color.BLUE: "0550AE", Color.GREY: "D0D0D0"}
WORDS = {
    Color.RED: "滞后、逾期",
    Color.AMBER: "关注、临近",
    Color.GREEN: "正常",
    Color.BLUE: "已办结",
    Color.GREY: "未填、未到期",
}
LABEL_LENGTH = 18  # characters of a section's name on the axis
CENTIMETRES = 25  # as wide as a page of A4 landscape can take
SECTION_HEADS = ("板块", "平均完成率", "应达进度", "事项数")


def write_charts(book, selection: Selection) -> None:
    """Add the worksheet to an openpyxl workbook."""
    sheet = book.create_sheet(NAME)
    for letter, width in zip("ABCDEF", (34, 12, 12, 12, 12, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    _line(sheet, 1, [f"{selection.subject}{NAME}"], bold=True)
    _line(sheet, 2, [f"{selection.words}。" if selection.words else selection.totals.sentence])
    last = _sections(sheet, 4, selection)
    first_lamp = last + 2
    _lamps(sheet, first_lamp, selection.totals)
    below = first_lamp + len(LampKind) + 2
    height = _completion_chart(sheet, 4, last, f"A{below}")
    _lamp_chart(sheet, first_lamp, f"A{below + int(height * 2) + 1}")
    _printing(sheet)


def _line(sheet, row, values, *, head=False, bold=False):
    for number, value in enumerate(values, start=1):
        cell = sheet.cell(row, number)
        write_value(cell, value)
        cell.font = font("黑体" if head else "宋体", 14 if bold else 10)
        if head or (not bold and len(values) > 1):
            cell.border = BORDER
            cell.alignment = Alignment(
                horizontal="left" if number == 1 else "center", vertical="center", wrap_text=True
            )
        if head:
            cell.fill = HEADER_FILL


def _sections(sheet, row, selection) -> int:
    """Write a row for each section with counted items; return the last row."""
    _line(sheet, row, SECTION_HEADS, head=True)
    bands = section_bands(selection.sections, len(selection.plans) > 1)
    for band, section in zip(bands, selection.sections, strict=True):
        if section.totals.items:
            row += 1
            name = shown(band.heading or "（无标题）")
            name = name if len(name) <= LABEL_LENGTH else f"{name[: LABEL_LENGTH - 1]}…"
            expected = rate(mean_expected(section.rows))
            _line(sheet, row, [name, rate(section.totals.average_completion), expected, section.totals.items])
    return row


def _lamps(sheet, row, totals):
    """Write how many items wear each colour, a row for each lamp."""
    _line(sheet, row, ["灯", *(f"{SHAPES[color]}{WORDS[color]}" for color in FILLS)], head=True)
    for number, kind in enumerate(LampKind, start=1):
        _line(sheet, row + number, [KIND_LABELS[kind], *(totals.lamps[kind].get(color, 0) for color in FILLS)])


def _completion_chart(sheet, first, last, anchor) -> float:
    """Draw the sections' mean completion beside what is expected; return the chart's height."""
    chart = _bar_chart("各板块平均完成率与应达进度")
    chart.height = max(7, 2.5 + 1.3 * (last - first))
    chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=first, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=last))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.number_format = "0%"
    for series, fill in zip(chart.series, ("2F6DB5", "C9C9C9"), strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=fill)
    sheet.add_chart(chart, anchor)
    return chart.height


def _lamp_chart(sheet, first, anchor):
    """Draw the three lamps as one stacked bar each."""
    chart = _bar_chart("三盏灯：各有多少项")
    chart.grouping, chart.overlap, chart.height = "stacked", 100, 6
    last = first + len(LampKind)
    chart.add_data(
        Reference(sheet, min_col=2, max_col=1 + len(FILLS), min_row=first, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=last))
    for series, fill in zip(chart.series, FILLS.values(), strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=fill)
    sheet.add_chart(chart, anchor)


def _bar_chart(title):
    """Return an empty chart of horizontal bars, the first category on top, with its values printed."""
    chart = BarChart()
    chart.type, chart.title, chart.style, chart.width = "bar", title, 10, CENTIMETRES
    chart.legend.position = "b"
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = None
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    chart.gapWidth = 60
    return chart


def _printing(sheet):
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
    sheet.sheet_view.showGridLines = False
