"""The seed plans as LibreOffice writes them, in every form, read back to the plan of the text."""

import csv
import dataclasses
import io
import shutil
import tempfile
import unittest
from pathlib import Path

from django.test import tag

from importer.files import libreoffice
from importer.files.file_kinds import open_document_file
from importer.parse import parse_source
from importer.sandbox import parse_under_limits
from tests.importer.accounting import AccountingMixin
from tests.office import convert

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PLANS = sorted(path.stem for path in SEEDS.glob("*plan.txt"))
CSV_AS_TEXT = f"Text - txt - csv (StarCalc):44,34,76,1,{'/'.join(f'{column}/2' for column in range(1, 6))}"


def facts(draft):
    """What a draft says, without where it stands in the file."""
    head = (
        draft.title,
        draft.document_number,
        draft.issuer,
        draft.year,
        draft.issued_on,
        draft.preamble,
        draft.closing,
    )
    sections = [(s.ordinal, s.title, s.text, [item_facts(item) for item in s.items]) for s in draft.sections]
    return head, sections, [problem.message for problem in draft.problems]


def item_facts(item):
    """What an item says, without its lines."""
    return {key: value for key, value in dataclasses.asdict(item).items() if key not in ("line", "last_line")}


def as_csv(rows):
    """Rows as CSV bytes."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def task_rows(draft):
    """A plan's items as a 任务分解表."""
    yield [draft.title]
    yield ["序号", "重点工作任务", "具体举措", "责任科室", "完成时限"]
    for section in draft.sections:
        yield [f"{section.ordinal}、{section.title}" if section.ordinal else section.title]
        for item in section.items:
            yield [item.number, item.title, item.body, "、".join(item.offices), item.deadline_text]


@tag("slow")
@unittest.skipUnless(libreoffice.program(), "LibreOffice is not installed")
class OfficeFilesTests(AccountingMixin, unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="seeds-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.drafts = {}
        for name in PLANS:
            content = (SEEDS / f"{name}.txt").read_bytes()
            (cls.drafts[name],) = parse_source(open_document_file(f"{name}.txt", content))
            (cls.folder / f"{name}.txt").write_bytes(content)
            lines = [[line] for line in content.decode("utf-8-sig").splitlines()]
            (cls.folder / f"{name}.lines.csv").write_bytes(as_csv(lines))
            (cls.folder / f"{name}.tasks.csv").write_bytes(as_csv(task_rows(cls.drafts[name])))
        cls.convert("docx", "*.txt", "--infilter=Text (encoded):UTF8,LF,,,")
        cls.convert("pdf", "*plan.docx")
        cls.convert("xlsx", "*.csv", f"--infilter={CSV_AS_TEXT}")
        for form in ("doc", "odt", "rtf"):
            cls.convert(form, f"{PLANS[0]}.docx")

    @classmethod
    def convert(cls, form, pattern, *options):
        """Let LibreOffice turn files into another form."""
        convert(sorted(cls.folder.glob(pattern)), form, cls.folder, *options)

    def read(self, name):
        """Parse one of the files; every character of it is accounted for."""
        source = open_document_file(name, (self.folder / name).read_bytes())
        drafts = parse_source(source, name.partition(".")[0])
        self.assert_accounted(source.text, drafts)
        (draft,) = drafts
        return draft

    def test_word_pdf_and_excel_give_the_plan_of_the_text(self):
        for name in PLANS:
            for form in ("docx", "pdf", "lines.xlsx"):
                with self.subTest(f"{name}.{form}"):
                    self.assertEqual(facts(self.read(f"{name}.{form}")), facts(self.drafts[name]))

    def test_a_table_of_the_same_tasks_gives_the_same_items(self):
        for name in PLANS:
            with self.subTest(name):
                draft, expected = self.read(f"{name}.tasks.xlsx"), self.drafts[name]
                self.assertEqual(
                    [(s.ordinal, s.title) for s in draft.sections], [(s.ordinal, s.title) for s in expected.sections]
                )
                self.assertEqual((draft.title, draft.year), (expected.title, expected.year))
                for item, wanted in zip(draft.items, expected.items, strict=True):
                    wanted = item_facts(wanted) | {"level2": None, "lead_offices": [], "support_offices": []}
                    self.assertEqual(item_facts(item), wanted)

    def test_older_forms_go_through_libreoffice(self):
        for form in ("doc", "odt", "rtf"):
            with self.subTest(form):
                (draft,) = parse_under_limits(f"plan.{form}", (self.folder / f"{PLANS[0]}.{form}").read_bytes())
                self.assertEqual(facts(draft), facts(self.drafts[PLANS[0]]))
