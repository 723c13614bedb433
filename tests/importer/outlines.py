"""A draft as a short text, so that what is expected of a sample can be written beside it."""

from textwrap import dedent

from importer.parse import parse_document


def parse(text, name="plan.txt"):
    """The one draft of a text; its common indentation is the test's, not the document's."""
    (draft,) = parse_document(name, dedent(text).encode())
    return draft


def outline(draft):
    """One line a section (`§一 标题: 文字`) and an item (`1 标题 | 正文 | 科室`), items of a level-2 heading after `标题 >`."""
    lines = []
    for section in draft.sections:
        text = f": {section.text}" if section.text else ""
        lines.append(f"§{section.ordinal or ''} {section.title}{text}".rstrip())
        for item in section.items:
            heading = f"{item.level2} > " if item.level2 else ""
            parts = [f"{heading}{item.number} {item.title}", item.body.replace("\n", "/"), "、".join(item.offices)]
            lines.append(" | ".join(part for part in parts if part))
    return "\n".join(lines)


def written(text):
    """An expected outline without the test's indentation."""
    return dedent(text).strip()
