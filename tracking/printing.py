"""A letter as a Word file: in our own layout, or in the bureau's template."""

from .exports.letter import letter_docx
from .letters.paper import Letter


def docx_of(letter: Letter, template, *, author, at, mark="") -> bytes:
    """Return the Word file of `letter`, laid out with `template` (a LetterTemplate, or None for our own layout)."""
    return letter_docx(letter, author=author, at=at, mark=mark)
