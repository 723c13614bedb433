"""The sheets in other hands: LibreOffice opens and prints each, and what the importer can read comes back the same."""

import csv
import subprocess
import tempfile
from datetime import date
from io import StringIO
from pathlib import Path

from boards.board import plan_board
from importer.sandbox import parse_under_limits
from sheets.layouts.layouts import table_of
from sheets.selection import select
from sheets.workbook import workbook
from tests.base import CastTestCase
from tests.office import CSV_OF_EVERY_SHEET, convert
from tests.workbooks import EVERY_HOSTILE
from tracking.models import SheetKind
from workplans.loading import Upload, load_plan
from workplans.models import Office
from workplans.sheet_text import shown

from .sheet_case import SheetsCase

TODAY = date(2024, 11, 20)


class LibreOfficeTest(SheetsCase):
    """One conversion of all sheets to PDF, one to CSV."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        for text in EVERY_HOSTILE:
            item = cls.make_item(cls.plan, title=f"{text}事", body=text, leader=text[:60])
            cls.make_report(item, cls.before, progress=text, completion_percent=1)
            cls.make_report(item, cls.period, progress=text, difficulties=f"{text}难", next_steps=text)

    def test_every_sheet_is_printed_and_reads_the_same(self):
        selection, kinds = select("plan", {"of": str(self.plan.pk)}, self.supervisor, TODAY)
        tables = {kind: table_of(kind, selection) for kind in kinds}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for kind, table in tables.items():
                (folder / f"{kind}.xlsx").write_bytes(workbook([table]))
            (folder / "charts.xlsx").write_bytes(self.get(sheet="progress", charts="on", divided="on").content)
            convert(sorted(folder.glob("*.xlsx")), "pdf", folder)
            (folder / "charts.xlsx").unlink()
            convert(sorted(folder.glob("*.xlsx")), CSV_OF_EVERY_SHEET, folder)
            for kind, table in tables.items():
                with self.subTest(kind):
                    self.assert_printed(folder / f"{kind}.pdf", table)
                    self.assert_same_text(folder / f"{kind}-{kind.label}.csv", table)
            charts = self.text_of(folder / "charts.pdf")
            for part in ("各板块平均完成率与应达进度", "三盏灯：各有多少项", "二、深化教育改革"):
                self.assertIn(part, charts)

    def text_of(self, pdf):
        """Return what stands on the pages."""
        return subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True).stdout.decode()

    def assert_printed(self, pdf, table):
        """Every page has the headings, its number, and how many there are."""
        pages = self.text_of(pdf).split("\f")[:-1]
        heading = max((column.heading for column in table.columns if len(column.heading) <= 4), key=len)
        for number, page in enumerate(pages, start=1):
            self.assertRegex(page, rf"第\s*{number}\s*页\s*共\s*{len(pages)}\s*页")
        self.assertGreaterEqual(sum(heading in page for page in pages), len(pages) - 1)  # the last may hold notes alone

    def assert_same_text(self, path, table):
        """Each text of each row is the table's own, none computed."""
        lines = list(csv.reader(StringIO(path.read_text(encoding="utf-8"))))
        last = len(table.columns)
        found = [line[:last] for line in lines if len(line) > last and line[last].isdecimal()]
        expected = [[column.source(row) for column in table.columns] for row in table.rows]
        self.assertEqual(len(found), len(expected))
        for line, values in zip(found, expected, strict=True):
            texts = [(cell, shown(value)) for cell, value in zip(line, values, strict=True) if isinstance(value, str)]
            self.assertEqual([cell for cell, _value in texts], [value for _cell, value in texts])


class RoundTripTest(SheetsCase):
    """Out, in as a document of another bureau, and out again: the same cells."""

    def test_export_import_export_is_identical(self):
        for office in (self.coordinating, self.moral, self.finance):
            Office.objects.get_or_create(organization=self.other_bureau, name=office.name)
        self.first.assignments.filter(role="responsible").delete()  # beside 牵头 the importer takes 责任 for 配合
        columns = {"progress": {"number", "title", "body", "offices", "support_offices", "deadline"}}
        columns["breakdown"] = {"number", "title", "measures", "lead", "responsible", "support_offices", "deadline"}
        for kind, names in columns.items():
            book = self.get(sheet=kind).content
            (draft,) = parse_under_limits("表.xlsx", book)
            draft.title, draft.issuer = f"静安区教育局{kind}", self.other_bureau.name
            upload = Upload(f"{kind}.xlsx", book, "", "")
            plan = load_plan(draft, upload, now=self.report.saved_at, organization_name=self.other_bureau.name).plan
            selection, _kinds = select("plan", {"of": str(plan.pk)}, self.outsider, TODAY)
            with self.subTest(kind):
                self.assertEqual(self.cells(kind, selection, names), self.cells(kind, self.selection(), names))

    def selection(self):
        """Return what the plan's own board shows."""
        return select("plan", {"of": str(self.plan.pk)}, self.supervisor, TODAY)[0]

    def cells(self, kind, selection, names):
        """Return the values of the columns `names`, row by row under their sections."""
        table = table_of(SheetKind(kind), selection)
        return [
            (band.heading, [[c.source(row) for c in table.columns if c.name in names] for row in band.rows])
            for band in table.bands
        ]


class EmptyTest(CastTestCase):
    """A plan without items makes sheets too."""

    def test_no_items(self):
        plan = self.make_plan()
        self.assertEqual(plan_board(plan, None, plan.items.all(), TODAY).rows, [])
        selection, kinds = select("plan", {"of": str(plan.pk)}, self.supervisor, TODAY)
        for kind in kinds:
            self.assertGreater(len(workbook(table_of(kind, selection).divided())), 1000)
