"""The tables in docs/ are those of the code: the workflow, the columns of the sheets, the fields of templates."""

import inspect
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

from papers.kinds.fields import FIELDS
from sheets.columns import PROGRESS_SHEET
from sheets.sheets import SHEETS
from tracking.models import PaperKind, Report
from tracking.reports.workflow import TRANSITIONS, after_submission

DOCS = Path(settings.BASE_DIR, "docs")


def table(head, rows):
    """Return a markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def workflow_table():
    """The steps of `tracking/reports/workflow.py`, one a row."""
    rows = []
    for step in TRANSITIONS.values():
        sources = "、".join(f"{Report.Status(s).label} `{s}`" for s in step.sources)
        if step.target is after_submission:
            target = " or ".join(f"`{s}`" for s in (Report.Status.OFFICE_REVIEW, Report.Status.BUREAU_REVIEW))
        else:
            target = f"`{step.target(None, None)}`"
        needs = [text for flag, text in ((step.needs_contents, "completion and progress"), (step.needs_note, "a reason")) if flag]
        who = inspect.getdoc(step.rule).split("\n")[0]
        rows.append([f"{step.label} `{step.name}`", sources, target, who, "; ".join(needs) or "–"])
    return table(["step", "from", "to", "who", "needs"], rows)


def columns_table():
    """The columns of `sheets/columns.py`, one a row."""
    return table(["heading", "width", "what stands in it"], [[c.heading, f"{c.width:g}", c.help or "–"] for c in PROGRESS_SHEET])


def fields_table():
    """The fields of `papers/kinds/fields.py`, one a row, their columns below."""
    rows = []
    for field in FIELDS:
        kinds = "、".join(PaperKind(kind).label for kind in field.kinds)
        rows.append([field.name, "every kind" if set(field.kinds) == set(PaperKind.values) else kinds, field.meaning])
        rows += [[f"{field.name} › {column.name}", "", column.meaning] for column in field.columns]
    return table(["field", "in", "what is printed"], rows)


def sheet_tables():
    """For each sheet its columns, and those a bureau can add."""
    parts = []
    for sheet in SHEETS.values():
        rows = [[c.heading, f"{c.width:g}", c.help, ""] for c in sheet.columns]
        rows += [[c.heading, f"{c.width:g}", c.help, "可加"] for c in sheet.extra]
        parts.append(f"## {sheet.kind.label}\n{sheet.about}\n\n{table(['列', '列宽', '内容', ''], rows)}")
    return parts


class DocsTest(SimpleTestCase):
    """What is written is what runs."""

    maxDiff = None

    def test_the_workflow_of_the_docs_is_the_table_of_the_code(self):
        self.assertIn(workflow_table(), (DOCS / "workflow.md").read_text(encoding="utf-8"))

    def test_the_columns_of_the_docs_are_those_of_the_sheet(self):
        self.assertIn(columns_table(), (DOCS / "columns.md").read_text(encoding="utf-8"))

    def test_the_fields_of_the_docs_are_those_of_the_templates(self):
        self.assertIn(fields_table(), (DOCS / "letters.md").read_text(encoding="utf-8"))

    def test_the_sheets_of_the_docs_are_those_of_the_code(self):
        text = (DOCS / "sheets.md").read_text(encoding="utf-8")
        for part in sheet_tables():
            self.assertIn(part, text)
