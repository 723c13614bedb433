"""A page's colours -> one grey picture to read: light evened out, a red seal taken away, red letters kept.

Where a seal is printed over words the words stay: red paper and red ink are both light in the red channel, black is dark.
"""

import cv2
import numpy

from .arrays import Picture

SEAL = (16, 70)  # millimetres: a seal is as wide as high, and of this size
PAGE = 210  # millimetres: the width a page is taken to have
PAPER = 245  # how light it shall be
RULE = 0.35  # of the page's width: a red stroke at least as long is the red line


def grey_of(picture: Picture, width_of_page: int) -> Picture:
    """A picture (BGR) in grey without seals and red lines; `width_of_page` in pixels says how large a millimetre is."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    red = red_mask(picture)
    if red.any():
        unwanted = seals_and_rules(red, width_of_page / PAGE) > 0
        grey[unwanted] = without_red(picture[:, :, 2][unwanted], red[unwanted] > 0)
    return evened(grey)


def without_red(channel: Picture, red: Picture) -> Picture:
    """The red channel of a stretch, stretched so that its red ink is as light as paper."""
    ink = numpy.median(channel[red]) if red.any() else 255
    return (channel * (PAPER / (0.9 * max(ink, 1)))).clip(0, 255).astype(numpy.uint8)


def red_mask(picture: Picture) -> Picture:
    """Where a picture is red, also where red lies over black."""
    blue, green, red = (picture[:, :, n].astype(numpy.int16) for n in range(3))
    rest = numpy.maximum(blue, green)
    return ((red - rest > 40) & (red > 90)).astype(numpy.uint8)


def seals_and_rules(red: Picture, millimetre: float) -> Picture:
    """Of what is red, the surroundings of seals and of the red line; red letters are neither."""
    reach = max(3, round(2.5 * millimetre))
    closed = cv2.morphologyEx(red, cv2.MORPH_CLOSE, numpy.ones((reach, reach), numpy.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    unwanted = numpy.zeros_like(red)
    for n in range(1, count):
        left, top, width, height = stats[n][:4]
        if is_seal(width / millimetre, height / millimetre):
            unwanted[top : top + height, left : left + width] = 1
        elif width > RULE * PAGE * millimetre and height < 8 * millimetre:
            unwanted[labels == n] = 1
    return cv2.dilate(unwanted, numpy.ones((5, 5), numpy.uint8))


def is_seal(width: float, height: float) -> bool:
    """Whether something red of this size in millimetres is a seal."""
    return SEAL[0] <= width <= SEAL[1] and SEAL[0] <= height <= SEAL[1] and 0.6 < width / height < 1.7


def evened(grey: Picture) -> Picture:
    """A grey picture on white paper, whatever the light was."""
    small = cv2.resize(grey, (max(grey.shape[1] // 8, 1), max(grey.shape[0] // 8, 1)), interpolation=cv2.INTER_AREA)
    side = max(3, min(small.shape) // 16 | 1)
    paper = cv2.medianBlur(cv2.dilate(small, numpy.ones((side, side), numpy.uint8)), min(side, 31) | 1)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(grey, numpy.maximum(paper, 40), scale=PAPER)
