"""The lines of the original an item came from, with a few around them."""

from dataclasses import dataclass

from importer.files.readers import number_lines

from .models import SourceDocument

AROUND = 2
LONGEST = 60  # lines; an item that spans more is cut


@dataclass(frozen=True)
class SourceLine:
    """One line of the document."""

    number: int
    text: str
    is_own: bool


@dataclass(frozen=True)
class SourceLines:
    """An item's stretch of its document."""

    source_id: int
    name: str
    start: int
    end: int
    lines: tuple[SourceLine, ...]


def source_lines(item) -> SourceLines | None:
    """Return the item's lines with two lines around that are not blank; None where it came from no document. One query."""
    source = SourceDocument.objects.only("name", "text").filter(pk=item.plan.source_id).first()
    start, end = item.source_line_start, item.source_line_end or item.source_line_start
    if source is None or not start:
        return None
    end = min(end, start + LONGEST)
    written = [line for line in number_lines(source.text) if line.text.strip()]
    own = [n for n, line in enumerate(written) if start <= line.number <= end]
    if not own:
        return None
    shown = written[max(0, own[0] - AROUND) : own[-1] + AROUND + 1]
    lines = tuple(SourceLine(line.number, line.text.strip(), start <= line.number <= end) for line in shown)
    return SourceLines(source.pk, source.name, start, end, lines)
