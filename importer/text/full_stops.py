"""Documents that end their sentences with a half-width point, as a Latin keyboard types it: `加强领导. 成立小组.`

Their points are read as 。 and printed as they are, so that everything behind may ask for one sign. A point behind a
digit stays what it is (`1.5万`, `3. 组织`), one behind the numeral of a heading too (`一.总体要求`, `(二).实施`).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from importer.drafts.drafts import Line

POINT = re.compile(
    r"(?<=[\u4e00-\u9fff”》）)%])(?<![一二三四五六七八九十])(?<![一二三四五六七八九十][)）])\.(?=\s|$|[\u4e00-\u9fff“《（(])"
)
FEWEST = 3  # a point or two may be slips; then the other signs tell where sentences end


def with_habit(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, marked where points for 。 are the document's habit."""
    text = "\n".join(line.text for line in lines)
    points = len(POINT.findall(text)) if "." in text else 0
    if points < FEWEST or points <= text.count("。"):
        return tuple(lines)
    return tuple(replace(line, has_points=True) if "." in line.text else line for line in lines)


def in_view(text: str) -> str:
    """A text of such a document with 。 for its points, of the same length."""
    return POINT.sub("。", text)
