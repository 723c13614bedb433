#!/bin/sh
# rapidocr 3.10.0 (PP-OCRv6 small): a line's picture may be squeezed to 0.38 of its width, but must not end with its ink.
# Guessed: the reader wants lines in their proportions (48 pixels high, as wide as that makes them): squeezed to a third it loses strokes
#   and so characters; and a picture cut to its ink reads as the same picture with blank paper on either side.
# Behaviour seen: squeezed to 0.38 the line reads to the same text in less than half of the computing; cut to its ink the comma it
#   ends with is passed over without a low score, with blank paper of 0.3 of its height it is there.
# Why it matters: a page's reading is nearly all the reader's computing, which goes with the width; and what is lost at line ends
#   joins two clauses, with nothing in the scores to tell.
# Exits non-zero if that changes. Needs a Chinese font (fonts-noto-cjk).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check rapidocr==3.10.0 onnxruntime==1.32.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy
import onnxruntime
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
TEXT = "课后服务、健康管理等应用场景建设。聚焦师生素养提升，搭建更加开放多元的校长和教师培训平台，"
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
model = onnxruntime.InferenceSession(str(Path(find_spec("rapidocr").origin).parent / "models" / "PP-OCRv6_rec_small.onnx"), options)
characters = ["", *model.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]


def read(line, squeeze):
    height, width = line.shape
    line = cv2.resize(line, (int(width * 48 / height * squeeze), 48), interpolation=cv2.INTER_AREA).astype(numpy.float32) / 127.5 - 1
    begun = time.process_time()
    answers = model.run(None, {"x": numpy.broadcast_to(line, (1, 3, *line.shape)).copy()})[0][0]
    best = answers.argmax(1)
    starts = [n for n in range(len(best)) if best[n] and (not n or best[n] != best[n - 1])]
    return "".join(characters[best[n]] for n in starts), min(answers[n].max() for n in starts), time.process_time() - begun


page = Image.new("L", (1700, 80), 255)
ImageDraw.Draw(page).text((60, 20), TEXT, font=ImageFont.truetype(FONT, 29, index=2), fill=30)
ink = numpy.asarray(page)
rows, columns = numpy.flatnonzero((ink < 128).any(1)), numpy.flatnonzero((ink < 128).any(0))
cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
wide = cv2.copyMakeBorder(cut, 0, 0, 10, 10, cv2.BORDER_CONSTANT, value=255)
read(wide, 1.0)
found = {}
for name, line, squeeze in (("whole, with margin", wide, 1.0), ("squeezed, with margin", wide, 0.38), ("squeezed, cut to ink", cut, 0.38), ("whole, cut to ink", cut, 1.0)):
    text, lowest, seconds = read(line, squeeze)
    found[name] = (text, seconds)
    print(f"{name:22} {seconds:.3f} s, lowest score {lowest:.2f}, ends {text[-6:]}, {'right' if text == TEXT else 'wrong'}")
same = found["whole, with margin"][0] == found["squeezed, with margin"][0] == TEXT
faster = found["squeezed, with margin"][1] < 0.6 * found["whole, with margin"][1]
lost = found["squeezed, cut to ink"][0] == TEXT[:-1]
sys.exit(not (same and faster and lost))
PYTHON
