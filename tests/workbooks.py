"""Workbooks in tests: reading what was sent, making what is uploaded, walking the two steps of an import."""

import re
import tempfile
import zipfile
from decimal import Decimal
from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000D_\n?")

HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://example.org","点我")',
    "=cmd|'/c calc'!A1",
    "@SUM(A1:A9)",
    "+86 21 5555 1234",
    "-5%",
    "－全角减号",
    "==",
    "=",
    "'=1+1",
    "''@x",
    "\t=1+1",
    "第一行\n=第二行",
    "_x0041_",
    "_x005F_x0041_",
    "_x000D_",
    "<b>&amp;</b>",
    '"引号"，逗号,分号;',
    "#REF!",
    "TRUE",
    "1e5",
    "007",
    "2024-10-31",
    "80%",
    "&P/&N",
    "{=A1}",
    "\u202e倒写",
    "😀" * 20,
    "]]>",
    "%00",
    "＝1+1",
    "＋86",
    "＠SUM(A1)",
    "\n=1+1",
    "\r\n-2+3",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "'",
    "''",
    "'+1",
    "-",
    "+",
    "@",
    "=0",
    "=A1=A1",
    "-2+3+cmd|' /C calc'!A0",
    '=IMPORTXML(CONCAT("http://example.org/",A1),"//a")',
    '=DDE("cmd";"/C calc";"x")',
    "${7*7}{{7*7}}",
    "<script>alert(1)</script>",
    "\ufeff开头",
    "_x000d_小写",
    "３０％",
    "1/2",
    "2024年10月31日",
    "e\u0301\u4e2d\U00020000",
    "a,b;c\td|e\nf",
]
# With characters a sheet can only show as pictures, so that they do not come back as they were.
EVERY_HOSTILE = [*HOSTILE, "\x01\x1b[31m红", "\x0b\x0c\x7f"]


def read(content):
    """Return the active sheet of a workbook, formulas as formulas."""
    return openpyxl.load_workbook(BytesIO(content)).active


def read_value(cell):
    """Return what an openpyxl cell holds: a rate as `80%`, text unescaped, None for nothing."""
    value = cell.value
    if isinstance(value, str):
        return ESCAPED.sub(lambda match: "_" if match[0].startswith("_x005F") else "\n", value)
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{(Decimal(str(value)) * 100).quantize(Decimal('0.0001')).normalize():f}%"
    return value


def rows_of(content):
    """Return the sheet as lists of values."""
    return [[cell.value for cell in row] for row in read(content).iter_rows()]


def formula_cells(content):
    """Return the cells a spreadsheet would compute."""
    return [cell for row in read(content).iter_rows() for cell in row if cell.data_type == "f"]


def workbook(rows):
    """Return an .xlsx file of `rows`."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book):
    """Return an openpyxl workbook as bytes."""
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def with_dimension(content, told):
    """The workbook with another `<dimension>` in its first sheet, as WPS writes it."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(result, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data, count = re.subn(rb'<dimension ref="[^"]*"', f'<dimension ref="{told}"'.encode(), data)
                assert count == 1
            new.writestr(part, data)
    return result.getvalue()


class WorkbookSteps:
    """Export and import through the admin's pages; `model` is app_model."""

    model = ""

    @classmethod
    def setUpClass(cls):
        """Keep uploads in a directory of their own."""
        cls._media = tempfile.TemporaryDirectory()
        cls.enterClassContext(cls._media)
        cls.enterClassContext(override_settings(MEDIA_ROOT=cls._media.name))
        super().setUpClass()

    def url(self, action):
        """Return the page's address."""
        return reverse(f"admin:{self.model}_{action}")

    def export(self, user, ending="xlsx", query=""):
        """Return the exported file of `user`."""
        self.client.force_login(user)
        chosen = {"format": {"xlsx": "0", "csv": "1"}[ending], "resource": "0"}
        response = self.client.post(self.url("export") + query, chosen)
        self.assertEqual(response.status_code, 200)
        self.assertIn("attachment", response.headers.get("Content-Disposition", ""))
        return response.content

    def upload(self, user, content, name="表.xlsx"):
        """Upload a file and return the page that answers: form with errors, problems, or preview."""
        self.client.force_login(user)
        return self.client.post(self.url("import"), {"import_file": SimpleUploadedFile(name, content), "resource": "0"})

    def confirm(self, page):
        """Confirm the preview and return the page after it."""
        form = page.context["confirm_form"]
        return self.client.post(self.url("process_import"), form.initial, follow=True)

    def changed(self, content, changes, sheet_row=2):
        """Return the workbook with some cells of one row changed, by heading."""
        book = openpyxl.load_workbook(BytesIO(content))
        headings = [cell.value for cell in book.active[1]]
        for heading, value in changes.items():
            book.active.cell(sheet_row, headings.index(heading) + 1).value = value
        return saved(book)

    def problems(self, page):
        """Return what is wrong as (row, column, message)."""
        self.assertNotIn("confirm_form", page.context)
        return [(p.row, p.heading, p.message) for p in page.context["result"].problems]
