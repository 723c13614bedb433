"""The 推进情况表 this software writes is a document the importer reads: the same plan comes back."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from boards.board import plan_board
from importer.parse import parse_document
from importer.sandbox import parse_under_limits
from sheets.workbook import progress_workbook
from tests.base import CastTestCase
from workplans.loading import Upload, load_plan

SEEDS = Path(settings.BASE_DIR) / "seeds"


class SheetReadsBackTest(CastTestCase):
    """Seed plans through the database, the sheet and the importer."""

    def test_the_plan_comes_back_from_its_sheet(self):
        for name in ("hongkou-2022-annual-plan.txt", "jingan-2024-annual-plan.txt"):
            with self.subTest(name):
                content = (SEEDS / name).read_bytes()
                (draft,) = parse_document(name, content)
                upload = Upload(name, content, content.decode(), "utf-8")
                plan = load_plan(draft, upload, now=datetime(2024, 1, 1, tzinfo=UTC)).plan
                sheet = progress_workbook(plan_board(plan, None, plan.items.all(), draft.issued_on))
                (back,) = parse_under_limits("推进情况表.xlsx", sheet)
                self.assertEqual(
                    [(s.ordinal, s.title, [(i.number, i.title, i.body) for i in s.items]) for s in back.sections],
                    [(s.ordinal, s.title, [(i.number, i.title, i.body) for i in s.items]) for s in draft.sections],
                )
                self.assertEqual(back.year, draft.year)
