"""What the person who signs should look at twice: words that name another period than the letter's."""

import re
from dataclasses import dataclass

from django.utils.html import escape, mark_safe

from tracking.models import Feedback

from .letter import Letter
from .period_words import BY_HAND, BY_OFFICE, elsewhere, of_period


@dataclass(frozen=True)
class Mark:
    """Words of a letter that name another period, year or day than its own: where they stand, and they themselves."""

    where: str
    words: str


def times_of(paper: Feedback):
    """Return what the paper may name, None where it speaks of no period."""
    return of_period(paper.period, paper.dated_on) if paper.period_id else None


def marks_of(paper: Feedback, letter: Letter) -> list[Mark]:
    """Return what is to be looked at before signing; none once it is signed."""
    now = times_of(paper)
    if now is None or paper.is_signed:
        return []
    texts = [
        ("标题", letter.title, BY_HAND),
        ("正文第一段", letter.opening, BY_HAND),
        ("工作要求", paper.requirements, BY_HAND),
    ]
    for chapter in letter.chapters:
        heading = chapter.heading.text if chapter.heading else "正文"
        texts += [(heading, paragraph.text, BY_OFFICE) for paragraph in chapter.paragraphs]
    found = [Mark(where, words) for where, text, by in texts for words in elsewhere(text, now, by)]
    return list(dict.fromkeys(found))


def marked(text: str, words) -> str:
    """Return a text as HTML in which `words` are marked."""
    html = str(escape(text))
    longest_first = sorted({str(escape(mark.words)) for mark in words}, key=len, reverse=True)
    if longest_first:
        found = "|".join(map(re.escape, longest_first))
        html = re.sub(found, lambda match: f'<mark class="elsewhere">{match[0]}</mark>', html)
    return mark_safe(html)
