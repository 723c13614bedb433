"""Filling in a 填报表 in tests, as a person with Excel does: find the row by its words, the column by its heading."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tracking.models import FillUpload

from .workbooks import saved

HEAD = 4
MORE_HOSTILE = [
    "=SUM(1,2)\n第二行", "+1", "-1", "@admin", "=A1:B2", "＝1+1", "=\"\"", "'", "''", '"', "1,234.50", "1/2", "3-4",
    "12:30", "１２３", "0.50", "1E+10", "N/A", "#N/A", "null", "FALSE", "是", "R1-0-aaaaaaaa-bbbb", "<t xml:space='preserve'>",
    "a\n\n\nb", "行末空格 \n下一行", "a\u00a0b", "零宽\u200b字", "\u3000全角空格开头", "👨‍👩‍👧 家庭", "e\u0301 组合", "{{ x }}",
    "../../etc/passwd", "DROP TABLE reports;--", "%s %d", "\\n", "【进展】", "（续1）",
]  # fmt: skip


class Filled:
    """A downloaded sheet being filled in."""

    def __init__(self, content):
        self.book = openpyxl.load_workbook(BytesIO(content))
        self.use(self.book.sheetnames[0])

    def use(self, name):
        """Turn to a worksheet."""
        self.sheet = self.book[name]
        return self

    @property
    def headings(self):
        """The headings as printed."""
        return [str(cell.value or "").replace("\n", "") for cell in self.sheet[HEAD]]

    def column(self, heading):
        """The number of the column whose heading begins so."""
        return next(n for n, told in enumerate(self.headings, 1) if told and told.startswith(heading))

    def line(self, words):
        """The number of the row whose item's words hold `words`."""
        column = self.column("工作事项")
        rows = range(HEAD + 1, self.sheet.max_row + 1)
        return next(n for n in rows if words in str(self.sheet.cell(n, column).value or ""))

    def cell(self, words, heading):
        """The cell of a row and column."""
        return self.sheet.cell(self.line(words), self.column(heading))

    def write(self, words, **contents):
        """Write into the row: `rate`, `progress`, `difficulties`, `steps`, `unchanged`, `reason`."""
        headings = {
            "rate": "完成率", "progress": "目前进展情况", "difficulties": "存在的困难", "steps": "下一步工作措施",
            "unchanged": "本期无新进展", "reason": "无新进展的原因",
        }  # fmt: skip
        for name, value in contents.items():
            cell = self.cell(words, headings[name])
            cell.value = value
            if isinstance(value, str) and cell.number_format == "@":
                cell.data_type = "s"  # what is typed into a text cell is text, whatever it begins with
        return self

    @property
    def content(self):
        """The file as saved."""
        return saved(self.book)


class FillSteps:
    """The steps through the pages; `period` is the period filled in."""

    def download(self, user, query=""):
        """The sheet as the user downloads it."""
        self.client.force_login(user)
        response = self.client.get(reverse("sheets:period_sheet", args=[self.period.pk]) + query)
        self.assertEqual(response.status_code, 200)
        return Filled(response.content)

    def upload(self, user, content, name="填报表.xlsx"):
        """Upload a file; return the page after it: the preview, or the form with the refusal."""
        self.client.force_login(user)
        file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.content)
        return self.client.post(reverse("sheets:fill_upload"), {"file": file}, follow=True)

    def confirm(self, page, then="draft", **data):
        """Press one of the preview's buttons; return the page after it."""
        upload = FillUpload.objects.latest("pk")
        address = reverse("sheets:fill_preview", args=[upload.pk])
        asked = {"seen": page.context["preview"].digest, "then": then} | data
        return self.client.post(address, asked, follow=True)

    def counts(self, page):
        """How many rows are changed, unchanged, refused; they add up to those read."""
        preview = page.context["preview"]
        counts = len(preview.changed), len(preview.unchanged), len(preview.refused)
        self.assertEqual(sum(counts), len(preview.reading.rows))
        self.assertContains(page, "读到 {} 行：修改 {}，没有变化 {}，不能写入 {}。".format(sum(counts), *counts))
        return counts

    def problems(self, page):
        """What is wrong, as (row, heading, sentence)."""
        refused = page.context["preview"].refused
        return [(view.row.number, one.heading, one.message) for view in refused for one in view.problems]
