"""The seed plans as a page sets them: lines broken at one width, paragraphs indented or not, page numbers between."""

import json
import re
import unittest

from django.test import tag

from importer.drafts.as_json import drafts_to_json
from importer.files.readers import number_lines
from importer.parse import parse_document
from importer.text.paragraphs import read_paragraphs
from tests.importer.test_seeds import PLANS, SEEDS

CANNOT_START = "，。、；：！？）》”"


def wrapped(paragraphs, width, indent, page):
    """Lines of at most `width` Chinese characters, a page number after every `page` lines; Latin words stay whole."""
    lines = []
    for paragraph in paragraphs:
        line, used = indent, 2.0 if indent else 0.0
        for part in re.findall(r"[A-Za-z0-9+%.\-]+|.", paragraph):
            size = sum(1 if ord(character) > 255 else 0.5 for character in part)
            if used + size > width and part not in CANNOT_START:
                lines.append(line)
                line, used = "", 0.0
            line, used = line + part, used + size
        lines.append(line)
    numbered = []
    for number, line in enumerate(lines, start=1):
        numbered.append(line)
        if page and number % page == 0:
            numbered.append(f"— {number // page} —")
    return "\n".join(numbered) + "\n"


def words(content):
    """What is read, without white space and numbers of lines."""
    (draft,) = parse_document("a.txt", content)
    read = drafts_to_json(draft)
    for section in read["sections"]:
        for item in section["items"]:
            item["line"] = None
    return json.loads(re.sub(r"\s|\\u3000", "", json.dumps(read, ensure_ascii=False)))


class WrappedSeedTests(unittest.TestCase):
    maxDiff = 2000

    @tag("slow")
    def test_plans_read_alike_however_they_are_set(self):
        for name in PLANS:
            text = (SEEDS / name).read_bytes().decode()
            paragraphs = [
                re.sub(r"\s*\n\s*", "", paragraph.passage.raw) for paragraph in read_paragraphs(number_lines(text))
            ]
            expected = words(text.encode())
            for width in (28, 36):
                for indent in ("　　", "    ", ""):
                    for page in (0, 22):
                        with self.subTest(name=name, width=width, indent=indent, page=page):
                            self.assertEqual(words(wrapped(paragraphs, width, indent, page).encode()), expected)
