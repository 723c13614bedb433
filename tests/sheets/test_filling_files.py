"""填报表 as files: what people write stays what they wrote, through the sheet, through LibreOffice, and back."""

import pypdfium2

from tests.base import CastTestCase
from tests.filling import HEAD, MORE_HOSTILE, FillSteps
from tests.office import resaved
from tests.workbooks import HOSTILE, formula_cells
from tracking.models import Report, TaskReport
from workplans.sheet_text import MAX_CELL, shown, write_text

TEXTS = (*HOSTILE, *MORE_HOSTILE)


class FilesCase(FillSteps, CastTestCase):
    """The 德育科 with one item for each hostile text."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()

    def make_hostile(self, texts=TEXTS):
        """One report for each text, which its item's title and two of its boxes hold."""
        self.reports = [
            self.make_report(
                self.make_item(self.plan, title=f"第{n}件 {text}"),
                self.period,
                progress=text,
                difficulties=f"{text}\r\n完",
            )
            for n, text in enumerate(texts)
        ]

    def cells(self, sheet, heading):
        """The cells of a column."""
        return [sheet.sheet.cell(HEAD + 1 + n, sheet.column(heading)) for n in range(len(TEXTS))]


class HostileTextTest(FilesCase):
    """Sixty texts and more that begin like formulas, look like numbers, or break readers."""

    def test_there_are_sixty(self):
        self.assertGreaterEqual(len(set(TEXTS)), 60)

    def test_what_is_stored_comes_back_as_no_change(self):
        self.make_hostile()
        sheet = self.download(self.reporter)
        self.assertEqual(formula_cells(sheet.content), [])
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (0, len(TEXTS), 0))
        self.assertFalse(any(row.is_touched for row in page.context["preview"].rows))

    def test_what_is_written_is_stored_as_written(self):
        self.make_hostile()
        Report.objects.update(progress="")
        sheet = self.download(self.reporter)
        for cell, text in zip(self.cells(sheet, "目前进展情况"), TEXTS, strict=True):
            write_text(cell, text)
        page = self.upload(self.reporter, sheet)
        self.assertEqual(self.counts(page), (len(TEXTS), 0, 0))
        self.confirm(page)
        for report, text in zip(self.reports, TEXTS, strict=True):
            with self.subTest(text):
                self.assertEqual(Report.objects.get(pk=report.pk).progress, shown(text).strip())

    def test_out_in_and_out_again_is_the_same_sheet(self):
        self.make_hostile()
        sheet = self.download(self.reporter)
        for number, cell in enumerate(self.cells(sheet, "下一步工作措施")):
            write_text(cell, TEXTS[number])
        self.cells(sheet, "完成率")[3].value = 83.3
        self.confirm(self.upload(self.reporter, sheet))
        again = self.download(self.reporter)
        key, status = sheet.column("系统编号"), sheet.column("状态")
        for old, new in zip(sheet.sheet.iter_rows(), again.sheet.iter_rows(), strict=True):
            values = [
                [str(cell.value or "").strip() for cell in row if cell.column not in (key, status)]
                for row in (old, new)
            ]
            self.assertEqual(*values)
        self.assertEqual(self.counts(self.upload(self.reporter, again)), (0, len(TEXTS), 0))

    def test_control_characters_are_pictures_and_no_change(self):
        report = self.make_report(self.make_item(self.plan), self.period, progress="响铃\x07 垂直\x0b 半个\ufffe")
        sheet = self.download(self.reporter)
        self.assertEqual(sheet.cell("推进第", "目前进展情况").value, "响铃␇ 垂直␋ 半个\ufffd")
        self.assertEqual(self.counts(self.upload(self.reporter, sheet)), (0, 1, 0))
        self.assertEqual(Report.objects.get(pk=report.pk).version, 0)

    def test_a_text_longer_than_a_cell_goes_on_in_further_columns(self):
        long = "".join(f"第{n}条进展。" for n in range(9000))
        self.make_report(self.make_item(self.plan, title="长文"), self.period, progress=long)
        self.make_report(self.make_item(self.plan, title="短文"), self.period, progress="短")
        sheet = self.download(self.reporter)
        self.assertIn("目前进展情况（续1）", sheet.headings)
        self.assertLessEqual(
            max(len(str(cell.value or "")) for row in sheet.sheet.iter_rows() for cell in row), MAX_CELL
        )
        self.assertEqual(self.counts(self.upload(self.reporter, sheet)), (0, 2, 0))
        sheet.cell("长文", "目前进展情况（续2）").value += "补一句。"
        self.confirm(self.upload(self.reporter, sheet))
        self.assertEqual(Report.objects.get(item__title="长文").progress, long + "补一句。")


class LibreOfficeTest(FilesCase):
    """What LibreOffice opened and saved again still comes in."""

    def setUp(self):
        # LibreOffice itself takes one `_x005F` away on the way to .ods, and a tab inside a text; the preview would show it.
        self.make_hostile([text for text in TEXTS if text != "_x005F_x0041_" and "\t" not in text[1:]])
        item = self.make_item(self.plan, title="带任务的事项", tasks=["高中"])
        self.make_report(item, self.period, completion_percent=40)
        self.sheet = self.download(self.reporter).write("带任务的事项", rate=66.5, progress="总的\n\n进展")
        self.sheet.write("分解任务：高中", difficulties="=高中的困难")

    def test_saved_again_in_every_form(self):
        for forms in (["xlsx"], ["ods", "xlsx"], ["ods"], ["xls"]):
            with self.subTest(forms):
                page = self.upload(self.reporter, resaved(self.sheet.content, *forms), f"填报表.{forms[-1]}")
                self.assertEqual(self.counts(page), (2, len(self.reports), 0))
        self.confirm(page)
        report = Report.objects.get(item__title="带任务的事项")
        self.assertEqual((str(report.completion_percent), report.progress), ("66.5", "总的\n\n进展"))
        self.assertEqual(TaskReport.objects.get(report=report).difficulties, "=高中的困难")

    def test_it_prints_on_landscape_pages_with_the_headings_on_each(self):
        content = resaved(self.sheet.content, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
        pages = list(pypdfium2.PdfDocument(content))
        self.assertGreater(len(pages), 2)
        for page in pages[:-1]:
            self.assertGreater(page.get_width(), page.get_height())
            text = page.get_textpage().get_text_bounded()
            self.assertIn("目前进展情况", text.replace("\r\n", ""))
            self.assertNotIn("系统编号", text)
