"""Characters that only look like the ones meant -> those: Kangxi radicals, their supplement, compatibility ideographs.

Fonts name a glyph after the lowest code point that shows it, so that 工 copied from a PDF is ⼯ (U+2F2F); it prints the
same and equals nothing. cjkfold (the Unicode Consortium's EquivalentUnifiedIdeograph) knows the radicals. Full-width
signs, ㈠, ① and ㎡ are what their writers meant and stay.
"""

import re
import unicodedata

import cjkfold

LOOKS_ALIKE = re.compile("[\u2e80-\u2fdf\u31c0-\u31ef\uf900-\ufaff\U0002f800-\U0002fa1f]")
COMPATIBILITY = re.compile("[\uf900-\ufaff\U0002f800-\U0002fa1f]")
# Unicode takes three radicals for the old forms of their characters (戶, 靑, 黃); fonts for the mainland draw these.
MAINLAND = str.maketrans("⼾⾭⿈", "户青黄")


def folded(text: str) -> str:
    """A text with the characters that were meant; the very same where there is nothing to fold."""
    if text.isascii() or not LOOKS_ALIKE.search(text):
        return text
    text = cjkfold.fold(text.translate(MAINLAND))
    return COMPATIBILITY.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
