"""`make docs`: write the tables of `docs/` from the code they tell of; `tests/test_docs.py` holds them to it.

A table stands between `<!-- make docs: NAME -->` and `<!-- end -->`; what is between them is written anew.
"""

import inspect
import os
import re
import sys

from scripts.environment import ROOT

DOCS = ROOT / "docs"
BLOCK = re.compile(r"(?P<begin><!-- make docs: (?P<name>\w+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)


def table(head, rows):
    """Return a markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def workflow():
    """The steps of `tracking/reports/workflow.py`, one a row."""
    from tracking.models import Report
    from tracking.reports.workflow import TRANSITIONS, after_submission

    rows = []
    for step in TRANSITIONS.values():
        sources = "、".join(f"{Report.Status(s).label} `{s}`" for s in step.sources)
        if step.target is after_submission:
            target = " or ".join(f"`{s}`" for s in (Report.Status.OFFICE_REVIEW, Report.Status.BUREAU_REVIEW))
        else:
            target = f"`{step.target(None, None)}`"
        needs = [
            text
            for flag, text in ((step.needs_contents, "completion and progress"), (step.needs_note, "a reason"))
            if flag
        ]
        who = inspect.getdoc(step.rule).split("\n")[0]
        rows.append([f"{step.label} `{step.name}`", sources, target, who, "; ".join(needs) or "–"])
    return table(["step", "from", "to", "who", "needs"], rows)


def columns():
    """The columns of `sheets/columns.py`, one a row."""
    from sheets.columns import PROGRESS_SHEET

    return table(
        ["heading", "width", "what stands in it"], [[c.heading, f"{c.width:g}", c.help or "–"] for c in PROGRESS_SHEET]
    )


def fields():
    """The fields of `papers/fields.py`, one a row, their columns below."""
    from papers.fields import FIELDS
    from tracking.models import PaperKind

    rows = []
    for field in FIELDS:
        kinds = "、".join(PaperKind(kind).label for kind in field.kinds)
        rows.append([field.name, "every kind" if set(field.kinds) == set(PaperKind.values) else kinds, field.meaning])
        rows += [[f"{field.name} › {column.name}", "", column.meaning] for column in field.columns]
    return table(["field", "in", "what is printed"], rows)


def sheets():
    """Every sheet's columns, and those a bureau can add."""
    from sheets.sheets import SHEETS

    parts = []
    for sheet in SHEETS.values():
        rows = [[c.heading, f"{c.width:g}", c.help, ""] for c in sheet.columns]
        rows += [[c.heading, f"{c.width:g}", c.help, "可加"] for c in sheet.extra]
        parts.append(f"## {sheet.kind.label}\n{sheet.about}\n\n{table(['列', '列宽', '内容', ''], rows)}")
    return "\n\n".join(parts)


def licences():
    """The licence of every package the application runs on, and of those that are only for its making."""
    from scripts import licences

    return licences.tables()


# The name of a block → what writes it.
BLOCKS = {maker.__name__: maker for maker in (workflow, columns, fields, sheets, licences)}


def api():
    """The document of the API (OpenAPI)."""
    from api import document

    return document.text()


def dictionary():
    """The fields of the API and of the files for platforms."""
    from api import dictionary

    return dictionary.tables()


# Pages that are written as a whole.
WHOLE = {"api.json": api, "data-dictionary.md": dictionary}


def written(text):
    """Return a page with each of its blocks as the code has it."""
    return BLOCK.sub(lambda block: f"{block['begin']}{BLOCKS[block['name']]()}\n{block['end']}", text)


def main():
    """Write the pages whose tables differ, and say which."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-the-tables-of-docs-" * 3)
    import django

    django.setup()
    pages = dict.fromkeys(sorted(DOCS.rglob("*.md")), written)
    pages |= {DOCS / name: lambda text, make=make: make() for name, make in WHOLE.items()}
    for path, made in pages.items():
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        new = made(text)
        if new != text:
            path.write_text(new, encoding="utf-8")
            print(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
