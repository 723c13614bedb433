"""The lines a straight page draws, as pixels: the edges of a table's cells, between which words are read apart."""

import cv2
import numpy

from .arrays import Picture

LONGEST_STROKE = 16  # a rule is longer than this part of the page's width: no stroke of a character is
THICK = 12  # pixels: what is thicker is no rule
SLANT = 3  # pixels a rule may leave its place by, and still be followed

DrawnRule = tuple[int, int, int, int]  # left, top, right, bottom in pixels


def rules_of(grey: Picture) -> tuple[DrawnRule, ...]:
    """The level and upright lines of a straight page."""
    _, ink = cv2.threshold(cv2.GaussianBlur(grey, (3, 3), 0), 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    reach = max(grey.shape[1] // LONGEST_STROKE, 40)
    found: list[DrawnRule] = []
    for size, spread in (((1, reach), (SLANT, 1)), ((reach, 1), (1, SLANT))):
        thick = cv2.dilate(ink, numpy.ones(spread, numpy.uint8))
        drawn = cv2.morphologyEx(thick, cv2.MORPH_OPEN, numpy.ones(size, numpy.uint8))
        count, _, stats, _ = cv2.connectedComponentsWithStats(drawn)
        for left, top, width, height, _area in stats[1:count].tolist():
            if min(width, height) <= THICK + SLANT:
                found.append((left, top, left + width, top + height))
    return tuple(found)


def is_upright(rule: DrawnRule) -> bool:
    """Whether a rule stands upright."""
    return rule[3] - rule[1] > rule[2] - rule[0]
