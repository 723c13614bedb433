"""Straight pages: the sheet cut out of a photograph, a turned or skewed page turned upright."""

from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy

from .arrays import Picture

LONG = 4  # times as long as high: such a stretch of text shows the page's direction
LEAST = 0.12  # degrees: less is not worth turning the page
Fill = float | tuple[float, float, float]  # what lies beside the page
WHITE = (255, 255, 255)


def sheet_of(picture: Picture) -> Picture:
    """The sheet of paper in a photograph, as a rectangle; the picture itself where no sheet stands out from what is around it."""
    height, width = picture.shape[:2]
    scale = 600 / max(height, width)
    small = cv2.cvtColor(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY
    )
    _, light = cv2.threshold(cv2.GaussianBlur(small, (7, 7), 0), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, numpy.ones((25, 25), numpy.uint8))
    contours, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return picture
    sheet = max(contours, key=cv2.contourArea)
    around = small[light == 0]
    share = cv2.contourArea(sheet) / small.size
    if (
        not 0.25 < share < 0.95
        or around.size < 0.03 * small.size
        or numpy.median(around) > 0.75 * numpy.median(small[light > 0])
    ):
        return picture
    corners = cv2.approxPolyDP(cv2.convexHull(sheet), 0.03 * cv2.arcLength(sheet, True), True).reshape(-1, 2)
    return cut_out(picture, corners / scale) if len(corners) == 4 else picture


def cut_out(picture: Picture, corners: Picture) -> Picture:
    """The four-cornered part of a picture as an upright rectangle."""
    corners = corners[numpy.argsort(corners.sum(1))]
    first, last = corners[0], corners[3]
    right, left = sorted(corners[1:3], key=lambda corner: corner[1] - corner[0])
    width = int(max(numpy.linalg.norm(right - first), numpy.linalg.norm(last - left)))
    height = int(max(numpy.linalg.norm(left - first), numpy.linalg.norm(last - right)))
    source = numpy.array([first, right, last, left], numpy.float32)
    target = numpy.array([(0, 0), (width, 0), (width, height), (0, height)], numpy.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    return cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=WHITE)


def direction_of(likely: Picture) -> float | None:
    """The degrees by which lines fall to the right, from -45 to 135; None where a page shows no long line."""
    contours, _ = cv2.findContours((likely > 0.3).astype(numpy.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    angles, lengths = [], []
    for contour in contours:
        _, (width, height), angle = cv2.minAreaRect(contour)
        long, short = max(width, height), min(width, height)
        if short < 3 or long < LONG * short:
            continue
        angles.append((angle + (90 if height > width else 0) + 45) % 180 - 45)
        lengths.append(long)
    if not angles:
        return None
    upright = weight(lengths, angles, lambda angle: angle < 45)
    kept = [(a, n) for a, n in zip(angles, lengths, strict=True) if (a < 45) == (upright * 2 >= sum(lengths))]
    return weighted_median(kept)


def weight(lengths: Sequence[float], angles: Sequence[float], wanted: Callable[[float], bool]) -> float:
    """The length of what points in a wanted direction."""
    return sum(length for length, angle in zip(lengths, angles, strict=True) if wanted(angle))


def weighted_median(pairs: Iterable[tuple[float, float]]) -> float:
    """The value half of the weight lies below."""
    pairs = sorted(pairs)
    half, passed = sum(weight for _, weight in pairs) / 2, 0.0
    for value, length in pairs:
        passed += length
        if passed >= half:
            return value
    return 0.0


def quarter_turned(picture: Picture, quarters: int) -> Picture:
    """A picture turned to the left by so many quarters."""
    return numpy.ascontiguousarray(numpy.rot90(picture, quarters % 4))


def turned(picture: Picture, degrees: float, fill: Fill) -> Picture:
    """A picture turned to the left, on a canvas large enough for its corners."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(height * sine + width * cosine), int(height * cosine + width * sine)
    matrix[0, 2] += wide / 2 - width / 2
    matrix[1, 2] += high / 2 - height / 2
    return cv2.warpAffine(picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=fill)
