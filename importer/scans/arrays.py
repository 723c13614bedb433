"""What a picture is between the modules of this room: an array of rows, columns and, where it has any, colours."""

from typing import Any

from numpy.typing import NDArray

Picture = NDArray[Any]
