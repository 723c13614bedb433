"""How our sheets look: one font, thin lines, light grey headings."""

from openpyxl.styles import Border, Font, PatternFill, Side

from tracking.lamps import Color

from .wrapping import POINT_SIZE

LINE = Side(style="thin", color="808080")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEADER_FILL = PatternFill("solid", fgColor="EDEDED")
SECTION_FILL = PatternFill("solid", fgColor="F7F7F7")
LAMP_FONTS = {Color.RED: "A40E26", Color.AMBER: "8A5A00", Color.GREEN: "116329", Color.BLUE: "0550AE"}
BAR = "9CC2E5"
GREY = "7F7F7F"


def font(name="宋体", size=POINT_SIZE, **kw):
    """Return a font with its east-Asian character set named."""
    return Font(name=name, size=size, charset=134, **kw)
