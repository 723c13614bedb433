"""What a person corrects in a draft: each correction takes a proof and gives a new one, or refuses with a sentence.

`correct(proof, name, **values)` is the door. Items and sections are named by their place in the draft, counted from 0;
`CORRECTIONS` says what each correction is called on the page. No Django here.
"""

from . import items, letters, lines, offices, revisions
from .items import sentences
from .offices import offices_of
from .table import CORRECTIONS, CorrectionRefused, called, correct

__all__ = [
    "CORRECTIONS",
    "CorrectionRefused",
    "called",
    "correct",
    "items",
    "letters",
    "lines",
    "offices",
    "offices_of",
    "revisions",
    "sentences",
]
