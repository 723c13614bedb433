"""Small work on the text of a draft: finding words regardless of white space, cutting them out, colouring pieces anew."""

from collections.abc import Sequence
from dataclasses import replace

from importer.files.readers import is_ink

from .checked_draft import ink
from .drafts import AnyDraft, FeedbackDraft, ItemDraft, Piece, PieceKind, PlanDraft, SectionDraft

EVERY_KIND = tuple(PieceKind)


def find_ink(text: str, wanted: str) -> tuple[int, int] | None:
    """Where the ink of `wanted` stands in a text, whatever white space lies between."""
    places = [n for n, character in enumerate(text) if is_ink(character)]
    at = "".join(text[n] for n in places).find(wanted) if wanted else -1
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 else None


def cut_ink(text: str, wanted: str) -> str | None:
    """A text without the ink of `wanted`, None where it does not stand in it."""
    found = find_ink(text, wanted)
    if found is None:
        return None
    before, after = text[: found[0]].rstrip(), text[found[1] :].lstrip()
    return f"{before}\n{after}" if before and after and "\n" in text[found[1] : found[1] + 2] else before + after


def line_kinds(pieces: list[Piece], line: int, kind: PieceKind, only: tuple[PieceKind, ...] = EVERY_KIND) -> None:
    """Give the pieces of a line another kind."""
    pieces[:] = [replace(p, kind=kind) if p.line == line and p.kind in only else p for p in pieces]


def line_of(pieces: Sequence[Piece], text: str, first: int, last: int) -> int | None:
    """The line among `first` to `last` on which a text begins."""
    start = ink(text)[:12]
    found = (p.line for p in pieces if first <= p.line <= max(first, last) and start and start in ink(p.text))
    return next(found, None)


def printed_number(pieces: Sequence[Piece], item: ItemDraft) -> str:
    """An item's number as it stands in the document, such as 3. or （三）."""
    for piece in pieces:
        if piece.line == item.line and piece.kind is PieceKind.ITEM and item.number and item.number in piece.text:
            text = piece.text.strip()
            return text if len(text) <= 8 else text.split(item.title[:6])[0]
    return f"{item.number}." if item.number.isdigit() else item.number


def head_to_body(pieces: list[Piece], item: ItemDraft) -> None:
    """Show an item's number and title as body."""
    for n, piece in enumerate(pieces):
        inside = piece.kind is PieceKind.ITEM and item.line <= piece.line <= max(item.line, item.last_line)
        if inside and (ink(piece.text).rstrip("。") in ink(item.title) or is_number(piece, item)):
            pieces[n] = replace(piece, kind=PieceKind.BODY)


def text_to_head(pieces: list[Piece], item: ItemDraft, text: str) -> None:
    """Show a stretch of an item's body as the head of an item; its piece is cut."""
    for n, piece in enumerate(pieces):
        inside = piece.kind is PieceKind.BODY and item.line <= piece.line <= max(item.line, item.last_line)
        found = find_ink(piece.text, ink(text)) if inside else None
        if found:
            pieces[n : n + 1] = cut_piece(piece, *found, PieceKind.ITEM)
            return


def is_number(piece: Piece, item: ItemDraft) -> bool:
    """Whether a piece is the printed number of an item."""
    return piece.line == item.line and len(ink(piece.text)) <= 8 and bool(item.number) and item.number in piece.text


def cut_piece(piece: Piece, start: int, end: int, kind: PieceKind) -> list[Piece]:
    """A piece in up to three, the middle one of another kind."""
    cuts = [(0, start, piece.kind), (start, end, kind), (end, len(piece.text), piece.kind)]
    return [
        replace(piece, start=piece.start + a, end=piece.start + b, text=piece.text[a:b], kind=k)
        for a, b, k in cuts
        if a < b
    ]


def drop_line(draft: AnyDraft, line: int, text: str) -> None:
    """Take the words of a line out of the draft: an item or a heading that begins with it goes, its rest stays above."""
    wanted = ink(text)
    if not wanted:
        return
    for row, name in text_fields(draft):
        value = getattr(row, name)
        left = cut_ink(value, wanted) if value else None
        if left is not None:
            setattr(row, name, left)
            return
    if isinstance(draft, FeedbackDraft):
        return
    for section in draft.sections:
        for item in section.items:
            if item.line == line and ink(item.title)[:12] in wanted:
                drop_head(section, item, wanted)
                return
    drop_heading(draft, line, wanted)


def text_fields(draft: AnyDraft) -> list[tuple[object, str]]:
    """Every running text of a draft, as (row, field)."""
    found: list[tuple[object, str]] = [(draft, "preamble"), (draft, "closing")]
    if isinstance(draft, FeedbackDraft):
        found += [(block, "text") for block in draft.blocks] + [(project, "body") for project in draft.projects]
        return found + [(t, name) for t in draft.tasks for name in ("progress", "difficulties", "next_steps")]
    found += [(section, "text") for section in draft.sections]
    return found + [(item, "body") for item in draft.items]


def drop_head(section: SectionDraft, item: ItemDraft, wanted: str) -> None:
    """Take away an item whose first line is no content; what it has on other lines joins the item above."""
    body = item.body
    while body and ink(body.split("\n")[0]) and ink(body.split("\n")[0]) in wanted:
        body = body.partition("\n")[2]
    place = section.items.index(item)
    section.items.pop(place)
    if body:
        above = section.items[place - 1] if place else None
        if above:
            above.body = "\n".join(part for part in (above.body, body) if part)
        else:
            section.text = "\n".join(part for part in (section.text, body) if part)


def drop_heading(draft: PlanDraft, line: int, wanted: str) -> None:
    """Take away the heading of a section: its text and items join the section above, or stand without a heading."""
    for n, section in enumerate(draft.sections):
        if section.line != line or not section.title or ink(section.title)[:12] not in wanted:
            continue
        if n == 0:
            section.ordinal, section.title = None, ""
            return
        above = draft.sections[n - 1]
        above.items += section.items
        above.text = "\n".join(part for part in (above.text, section.text) if part)
        del draft.sections[n]
        return
