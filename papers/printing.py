"""A letter as a Word file: in our own layout, or in the bureau's template; several in one."""

from .compiling import letter_of
from .docx import book_docx, letter_docx
from .letter import Letter
from .templating.sandbox import fill_under_limits


def docx_of(letter: Letter, template, *, author, at, mark="") -> bytes:
    """Return the Word file of `letter`, laid out with `template` (a LetterTemplate, or None for our own layout).

    Raises NotPrintable where the template does not do.
    """
    if template is None:
        return letter_docx(letter, author=author, at=at, mark=mark)
    return fill_under_limits(bytes(template.content), template.kind, letter, author=author, at=at, mark=mark)


def book_of(papers) -> bytes:
    """Return papers in our own layout as one Word file, each on pages of its own; the signed ones with their mark."""
    letters = [(letter_of(paper), paper.digest if paper.is_signed else "") for paper in papers]
    return book_docx(letters, title=f"文书（{len(papers)}份）", author=papers[0].organization.name)
