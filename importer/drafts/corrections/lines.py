"""Lines of the document and the warnings they carry."""

from importer.drafts.checked_draft import Proof
from importer.drafts.drafts import AnyDraft, PieceKind, Severity
from importer.drafts.text_edits import drop_line, line_kinds

from .table import CorrectionRefused, called, item_of, one_of


@called("标为版记页码")
def mark_furniture(proof: Proof, line: int) -> None:
    """Say that a line is no content: its words leave the draft wherever they stand."""
    pieces = [piece for piece in proof.draft.pieces if piece.line == line]
    if not pieces:
        raise CorrectionRefused("这一行没有文字。")
    content = (PieceKind.HEADING, PieceKind.ITEM, PieceKind.BODY)
    drop_line(proof.draft, line, "".join(piece.text for piece in pieces if piece.kind in content))
    line_kinds(proof.draft.pieces, line, PieceKind.FURNITURE)
    drop_problems(proof.draft, line)


@called("把一行归入事项")
def give_line(proof: Proof, line: int, item: int) -> None:
    """Add the words of a line that went nowhere to an item's body."""
    stray = (PieceKind.FURNITURE, PieceKind.PROBLEM)
    text = "".join(piece.text for piece in proof.draft.pieces if piece.line == line and piece.kind in stray).strip()
    if not text:
        raise CorrectionRefused("这一行的文字已经归入事项或板块，不能再归入一次。")
    row = item_of(proof.draft, item)
    row.body = "\n".join(part for part in (row.body, text) if part)
    line_kinds(proof.draft.pieces, line, PieceKind.BODY, stray)
    drop_problems(proof.draft, line)


def drop_problems(draft: AnyDraft, line: int) -> None:
    """The warnings of a line somebody has decided about are settled."""
    draft.problems[:] = [p for p in draft.problems if p.line != line or p.severity is Severity.ERROR]


@called("核对过的提示")
def settle_problem(proof: Proof, problem: int) -> None:
    """Take a warning off the list: somebody has looked at it."""
    row = one_of(proof.draft.problems, problem, "提示")
    if row.severity is Severity.ERROR:
        raise CorrectionRefused("这个问题不解决就不能导入，不能标为已核对。")
    proof.draft.problems.remove(row)
