"""The lines a PDF page draws, level and upright: strokes, edges of stroked rectangles, thin filled ones."""

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from .drawn_tables import MOST_RULES, THIN, Rule, rule_between, thin_rule
from .page_geometry import IDENTITY, Matrix, Point, moved, times

DEPTH = 4  # forms inside forms
MOST_OBJECTS = 40_000
Raw = Any  # a handle of PDFium's


def rules_of(page: PdfPage) -> list[Rule]:
    """The lines of a page; none where it draws so much that it is a picture."""
    found: list[Rule] = []
    for number, (path, matrix) in enumerate(
        paths_of(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, IDENTITY, 0)
    ):
        if number > MOST_OBJECTS:
            return []
        found += rules_of_path(path, matrix)
        if len(found) > MOST_RULES * 10:
            return []
    return found


def paths_of(
    holder: Raw, count: Callable[[Raw], int], get: Callable[[Raw, int], Raw], matrix: Matrix, depth: int
) -> Iterator[tuple[Raw, Matrix]]:
    """The paths of a page or form, each with the matrix that leads to the page."""
    for index in range(min(count(holder), MOST_OBJECTS)):
        thing = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield thing, times(matrix_of(thing), matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEPTH:
            inner = times(matrix_of(thing), matrix)
            yield from paths_of(thing, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1)


def rules_of_path(path: Raw, matrix: Matrix) -> Iterator[Rule]:
    """The lines of one path."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    if not fill.value and not stroke.value:
        return
    corners = list(corners_of(path, matrix))
    if stroke.value:
        for start, end in corners:
            if (rule := rule_between(start, end)) is not None:
                yield rule
    elif corners:
        xs = [x for pair in corners for x, _ in pair]
        ys = [y for pair in corners for _, y in pair]
        left, right, bottom, top = min(xs), max(xs), min(ys), max(ys)
        if min(right - left, top - bottom) <= THIN and (rule := thin_rule(left, right, bottom, top)) is not None:
            yield rule


def corners_of(path: Raw, matrix: Matrix) -> Iterator[tuple[Point, Point]]:
    """The straight pieces of a path, in points of the page."""
    x, y = ctypes.c_float(), ctypes.c_float()
    start = here = None
    for index in range(min(pdfium.FPDFPath_CountSegments(path), MOST_RULES)):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = moved((x.value, y.value), matrix)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO and here is not None:
            yield here, point
        here = point
        if pdfium.FPDFPathSegment_GetClose(segment) and start is not None and kind == pdfium.FPDF_SEGMENT_LINETO:
            yield here, start
            here = start


def matrix_of(thing: Raw) -> Matrix:
    """The matrix of a page object."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)
