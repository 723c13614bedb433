#!/bin/sh
# cjkfold 0.4.0: folds three radicals to forms the mainland does not write, and leaves compatibility ideographs alone.
# Guessed: fold() turns every look-alike of a Chinese text into the character its reader sees: ⼾籍 ⾭年 ⿈河 领 (U+F9B4)
#   become 户籍 青年 黄河 and the unified ideograph, as ⼯ ⻓ ⻅ ⻩ become 工 长 见 黄.
# Behaviour seen: 戶籍 靑年 黃河: Unicode's EquivalentUnifiedIdeograph names the old forms for U+2F3E, U+2FAD and U+2FC8
#   (for ⻩ U+2EE9 the new one); U+F900 to U+FAFF are not touched, which unicodedata's NFC would fold.
# Why it matters: fonts for the mainland draw 户, 青 and 黄 at these code points, so a PDF says 户籍科, 青少年处 and 黄浦区, and
#   after folding none of them equals the name of an office or district; NFKC has the same three, so both agree and are wrong.
# Exits non-zero if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cjkfold==0.4.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import cjkfold

SEEN = {"⼯作": "工作", "⻓期": "长期", "⻩河": "黄河", "⼾籍": "戶籍", "⾭年": "靑年", "⿈河": "黃河", "\uf9b4导": "\uf9b4导"}
found = {before: cjkfold.fold(before) for before in SEEN}
for before, after in found.items():
    print(before, ascii(before), "->", after, ascii(after))
sys.exit(found != SEEN)
PYTHON
