"""The two models that find lines on a page and read a line: PP-OCRv6 (Apache-2.0), as they lie in the wheel of rapidocr.

The wheel is used as what carries the models: its own program would read the page at full size and every line at full
width. Measured on a page of 2,149 characters: lines are found as well on a third of the pixels, and read as well when
their pictures are squeezed to 0.38 of their width, in half the time; what is doubtful then is read again unsqueezed.
"""

from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.files.readers import UnreadableDocument

if TYPE_CHECKING:
    from .arrays import Picture

PACKAGES = ("rapidocr", "onnxruntime", "cv2", "numpy", "PIL")
FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
HEIGHT = 48  # pixels a line is read at
SQUEEZE = 0.38  # of its width, at first
MARGIN = 0.3  # of its height: blank on either side, without which a comma at the end is easily passed over
PAPER = 245  # how light it is
NARROWEST, WIDEST = 16, 3200  # pixels of width a line is read at


def is_installed() -> bool:
    """Whether the packages of requirements-ocr.txt are there."""
    return all(find_spec(name) for name in PACKAGES) and all(model_path(name).exists() for name in (FINDER, READER))


def model_path(name: str) -> Path:
    """Where a model lies; the package that carries it is not imported, as it knows how to download others."""
    spec = find_spec("rapidocr")
    return Path(spec.origin).parent / "models" / name if spec and spec.origin else Path(name)


def not_installed(what: str) -> UnreadableDocument:
    """The refusal of a scan where the server cannot read one."""
    return UnreadableDocument(
        f"{what}，服务器上没有安装文字识别。",
        "请系统管理员按部署说明安装 requirements-ocr.lock 里的软件包，或向发文单位索取电子版。",
    )


@dataclass(frozen=True)
class ReadCharacter:
    """A character as read: how sure (0 to 1), and where its middle stands, as a share of the line's width."""

    character: str
    score: float
    place: float


class Models:
    """Both models, opened when first asked; one thread each, so that a reading takes one core and no more."""

    def _open(self, name: str) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # lines of many widths: the arena would keep a block for each
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(model_path(name)), options, providers=["CPUExecutionProvider"])

    @cached_property
    def finder(self) -> Any:
        """The model that finds text."""
        return self._open(FINDER)

    @cached_property
    def reader(self) -> Any:
        """The model that reads a line."""
        return self._open(READER)

    @cached_property
    def characters(self) -> list[str]:
        """What the reader's classes mean; the first is nothing, the last a space."""
        return ["", *self.reader.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]

    def find(self, grey: "Picture") -> "Picture":
        """How likely each point of a grey picture (sides multiples of 32) belongs to a line's core: an array of 0 to 1."""
        answer: Picture = self.finder.run(None, {self.finder.get_inputs()[0].name: prepared(grey)})[0][0, 0]
        return answer

    def read(self, grey: "Picture", squeeze: float = SQUEEZE) -> list[ReadCharacter]:
        """The characters of a line's picture."""
        import cv2

        margin = round(MARGIN * grey.shape[0])
        grey = cv2.copyMakeBorder(grey, 0, 0, margin, margin, cv2.BORDER_CONSTANT, value=PAPER)
        width = int(min(max(grey.shape[1] * HEIGHT / grey.shape[0] * squeeze, NARROWEST), WIDEST))
        resized = cv2.resize(
            grey, (width, HEIGHT), interpolation=cv2.INTER_AREA if width < grey.shape[1] else cv2.INTER_LINEAR
        )
        answers = self.reader.run(None, {self.reader.get_inputs()[0].name: prepared(resized)})[0][0]
        return glyphs(answers, self.characters)


def prepared(grey: "Picture") -> "Picture":
    """A grey picture as the models want it: three equal channels from -1 to 1."""
    import numpy

    scaled = grey.astype(numpy.float32) / 127.5 - 1
    return numpy.broadcast_to(scaled, (1, 3, *scaled.shape)).copy()


def glyphs(answers: "Picture", characters: list[str]) -> list[ReadCharacter]:
    """What a reader's answers say: the best class of each step, repeats taken once, nothing left out."""
    best, scores = answers.argmax(1), answers.max(1)
    found: list[ReadCharacter] = []
    start = 0
    for step in range(1, len(best) + 1):
        if step < len(best) and best[step] == best[start]:
            continue
        if characters[best[start]]:
            middle = (start + step) / 2 / len(best)
            found.append(ReadCharacter(characters[best[start]], float(scores[start:step].max()), middle))
        start = step
    return found
