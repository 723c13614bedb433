"""Places on a page: boxes that are turned by quarters, and the matrices that lead from a drawing to its page."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, right, bottom, top
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(one: Matrix, other: Matrix) -> Matrix:
    """The matrix that does one and then the other."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(point: Point, matrix: Matrix) -> Point:
    """Where a matrix takes a point."""
    x, y = point
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def turned(box: Box, turn: int) -> Box:
    """A box after quarter turns to the left around the corner of the page."""
    left, right, bottom, top = box
    for _ in range(turn):
        left, right, bottom, top = -top, -bottom, left, right
    return left, right, bottom, top
