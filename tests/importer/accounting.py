"""The rule that nothing of a document is lost, as assertions any importer test can use."""

from collections import Counter

from importer.drafts.drafts import PieceKind
from importer.files.readers import is_ink

TEXT_KINDS = (PieceKind.HEADING, PieceKind.ITEM, PieceKind.BODY)
SIGNS = set("*；;、.．。：:()（）〔〕第条项部分章节篇，,#")  # what numbers wear and what ends a title


def ink(text):
    """The characters of a text that are not white space."""
    return "".join(character for character in text if is_ink(character))


def words_of_plan(draft):
    """Every text a plan's draft holds, each heading once."""
    yield from (draft.title, draft.preamble, draft.closing)
    for section in draft.sections:
        yield from (section.ordinal or "", section.title, section.text)
        level2 = None
        for item in section.items:
            if item.level2 != level2:
                level2 = item.level2
                yield level2 or ""
            yield from (item.number, item.title, item.body)


def words_of_feedback(draft):
    """Every text a feedback's draft holds."""
    yield from (draft.title, draft.preamble, draft.closing)
    for project in draft.projects:
        yield from (project.number, project.title, project.body)
    heading = None
    for block in draft.blocks:
        if block.heading != heading or block.kind != "next_steps":  # one heading may stand over two blocks
            yield block.heading
        heading = block.heading
        yield block.text


def letters(texts):
    """How often each character stands in texts, but for the signs around numbers, digits and numerals."""
    return Counter(
        character
        for text in texts
        for character in text
        if is_ink(character) and character not in SIGNS and not is_numeral(character)
    )


def squeezed(text):
    """A text's characters in order, without the signs around numbers, digits and numerals."""
    return "".join(
        character for character in text if is_ink(character) and character not in SIGNS and not is_numeral(character)
    )


def is_numeral(character):
    """Whether a character may be part of a number before a heading."""
    return (
        character in "一二三四五六七八九十百零〇"
        or "①" <= character <= "⒛"
        or character.isdigit()
        or "㈠" <= character <= "㈩"
    )


class AccountingMixin:
    def assert_pieces(self, text, drafts):
        """The pieces give the text's characters in order, and every piece of text stands in its draft as it is."""
        self.assertEqual("".join(ink(piece.text) for draft in drafts for piece in draft.pieces), ink(text))
        for draft in drafts:
            told = squeezed("".join(words_of_plan(draft) if draft.kind == "plan" else words_of_feedback(draft)))
            for piece in draft.pieces:
                if piece.kind in TEXT_KINDS:
                    self.assertIn(squeezed(piece.text), told)

    def assert_accounted(self, text, drafts):
        """The pieces give the text's characters in order, and what is text in them stands in the drafts."""
        self.assert_pieces(text, drafts)
        for draft in drafts:
            words = words_of_plan(draft) if draft.kind == "plan" else words_of_feedback(draft)
            kept = letters(words)
            cut = letters(piece.text for piece in draft.pieces if piece.kind in TEXT_KINDS)
            self.assertEqual(cut - kept, Counter(), "in pieces but not in the draft")
            self.assertEqual(kept - cut, Counter(), "in the draft but not in pieces")
