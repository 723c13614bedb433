"""Scans and photographs: what a registry's scanner and a telephone make of a page is read as it was printed."""

import unittest
from dataclasses import replace

import numpy
from django.test import tag
from PIL import Image

from importer.files.readers import UnreadableDocument
from importer.parse import parse_source
from importer.scans.document import document_of
from importer.scans.pictures import is_picture, picture_of, pictures_in
from importer.scans.read_picture import pages_of_picture
from importer.scans.recognition import Models
from importer.scans.scanned import ScannedLine, ScannedPage, page_from_dict
from importer.scans.widths import mended
from tests import scanned_pages
from tests.importer.test_seeds import SEEDS
from tests.scanned_pages import (
    as_file,
    facing,
    pages_of,
    photographed,
    red_headed,
    right_share,
    scanned,
    stamped,
    with_table,
)

MODELS = Models()
PLAN = (SEEDS / "hongkou-2022-annual-plan.txt").read_text("utf-8")


def pixels(picture):
    """A picture as the reader wants it: blue, green, red."""
    return numpy.ascontiguousarray(numpy.asarray(picture.convert("RGB"))[:, :, ::-1])


def read(picture):
    """The pages read from a picture."""
    return pages_of_picture(pixels(picture), MODELS)


def words(*pages):
    """What was read, a line a line."""
    return "\n".join(line.text for page in pages for line in page.lines)


@tag("slow")
class PictureTests(unittest.TestCase):
    """Each picture shows the same short pages; at least 99.5 of 100 characters must be right, signs and brackets included."""

    first, second = pages_of(PLAN, rows=8)[1:3]

    def assert_read(self, pages, *expected):
        self.assertEqual(len(pages), len(expected))
        for page, printed in zip(pages, expected, strict=True):
            share = right_share(f"{printed.words}\n— {printed.number} —", words(page))
            self.assertGreaterEqual(share, 0.995, words(page))

    def test_one_page_however_it_lies(self):
        printed = self.first.drawn()
        for name, picture in {
            "a little askew, grainy": scanned(printed),
            "far askew": scanned(printed, angle=-11),
            "a quarter to the left": scanned(printed).rotate(90, expand=True),
            "upside down": scanned(printed).rotate(180),
            "a quarter to the right": scanned(printed).rotate(270, expand=True),
            "very grainy": scanned(printed, noise=24),
            "150 dots an inch": scanned(printed).resize((1240, 1754)),
            "photographed on a dark desk": photographed(printed),
            "under a red seal": scanned(stamped(printed, (1000, 420))),
        }.items():
            with self.subTest(name):
                self.assert_read(read(picture), self.first)

    def test_two_facing_pages_are_two(self):
        self.assert_read(read(scanned(facing(self.first.drawn(), self.second.drawn()))), self.first, self.second)

    def test_a_red_letterhead_is_read_and_the_red_line_is_not(self):
        page = replace(self.first, margin=(200, 420))
        lines = read(scanned(red_headed(page.drawn(), "上海市虹口区教育局文件")))[0].lines
        self.assertEqual(lines[0].text, "上海市虹口区教育局文件")
        self.assertEqual(len(lines), 1 + len(page.lines) + 1)

    def test_the_words_of_a_seal_are_not_read(self):
        page = replace(self.first, lines=("　　虹口区教育局", "　　2022年3月15日"))
        self.assertEqual(
            words(*read(scanned(stamped(page.drawn(numbered=False), (400, 260))))), "虹口区教育局\n2022年3月15日"
        )

    def test_a_drawn_table_gives_its_rows(self):
        page = replace(self.first, lines=("　　东湖区教育局2024年重点工作任务分解表",))
        rows = (
            ("序号", "重点工作任务", "责任科室", "完成时限"),
            ("1", "加强德育工作，建好学校\n思政课教研基地。", "德育科", "6月底前"),
            ("2", "办好家长学校（试点）。", "德育科、计财科", "12月底前"),
            ("3", "新增5个托育点。", "计财科", "年底前"),
        )
        picture = with_table(page.drawn(numbered=False), rows, (100, 560, 330, 260), top=280)
        pages = read(scanned(picture, angle=0.9))
        (draft,) = parse_source(document_of(pages).source)
        self.assertEqual(
            [(item.number, item.title, item.offices, item.deadline and item.deadline.month) for item in draft.items],
            [
                ("1", "加强德育工作，建好学校思政课教研基地", ["德育科"], 6),
                ("2", "办好家长学校（试点）", ["德育科", "计财科"], 12),
                ("3", "新增5个托育点", ["计财科"], 12),
            ],
        )
        places = [place for line in document_of(pages).lines for place in line.places]
        self.assertEqual(sorted(places), [(0, n) for n in range(len(pages[0].lines))])

    def test_what_is_printed_badly_is_doubted(self):
        blurred = scanned(self.first.drawn()).resize((420, 594)).resize(scanned_pages.PAPER)
        (page,) = read(blurred)
        wrong = [
            line
            for line, printed in zip(page.lines, self.first.lines, strict=False)
            if line.text not in printed.replace("　", "")
        ]
        self.assertTrue(wrong)
        self.assertTrue(any(line.unsure for line in wrong))

    def test_an_empty_page_has_no_lines(self):
        (page,) = read(scanned(Image.new("RGB", scanned_pages.PAPER, "white")))
        self.assertEqual(page.lines, ())


class WidthTests(unittest.TestCase):
    """Signs get the width they were printed with, pairs match; nothing is added or taken away."""

    def test_signs(self):
        for read_as, printed in (
            ("(一）加强领导", "（一）加强领导"),
            ("教育评价改革方案(试行)的通知", "教育评价改革方案（试行）的通知"),
            ("附件:2023年工作要点", "附件：2023年工作要点"),
            ("各科室:", "各科室："),
            ("每天8:30到校,共1,200人", "每天8:30到校，共1,200人"),
            ("(责任科室:中教科、小幼教科)", "（责任科室：中教科、小幼教科）"),
            ("长教〔2023]8号", "长教〔2023〕8号"),
            ("长教[2023]8号", "长教〔2023〕8号"),
            ("PISA (Reading) test", "PISA (Reading) test"),
            ("《“十四五”规划)", "《“十四五”规划》"),
            ("一12一", "—12—"),
            ("十一", "十一"),
        ):
            with self.subTest(read_as):
                self.assertEqual(mended(read_as), printed)
                self.assertEqual(len(mended(read_as)), len(read_as))


class DocumentTests(unittest.TestCase):
    """Lines on pages become the document any PDF becomes, and each of its lines knows where it stands."""

    def page(self, *texts, number=1):
        lines = [
            ScannedLine(text, (99,) * len(text), 200, 200 + 40 * n, 200 + 30 * len(text), 232 + 40 * n)
            for n, text in enumerate(texts)
        ]
        return ScannedPage(tuple(lines), 1654, 2339, b"jpeg")

    def test_lines_know_their_places_and_doubts(self):
        page = self.page("东湖区教育局2024年工作要点", "一、德育", "1.加强家校共育，办好家长学校。")
        doubted = replace(page.lines[2], scores=(99, 99, 40, *(99,) * 13))
        document = document_of([replace(page, lines=(*page.lines[:2], doubted))])
        self.assertEqual([line.text for line in document.source.lines], [line.text for line in page.lines])
        self.assertEqual([line.places for line in document.lines], [((0, 0),), ((0, 1),), ((0, 2),)])
        self.assertEqual([line.unsure for line in document.lines], [(), (), (2,)])
        self.assertIn("其中 1 个字没有把握", document.source.notes[0].message)

    def test_a_corrected_line_is_sure(self):
        line = replace(self.page("一、德肓").lines[0], scores=(99, 99, 99, 30))
        self.assertEqual(line.unsure, (3,))
        self.assertEqual((line.corrected("一、德育").text, line.corrected("一、德育").unsure), ("一、德育", ()))
        self.assertIs(line.corrected("一、德肓"), line)

    def test_pages_can_be_kept_as_json(self):
        page = self.page("一、德育")
        self.assertEqual(page_from_dict(page.to_dict()).lines, page.lines)
        self.assertTrue(page_from_dict(page.to_dict()).is_from_picture)

    def test_pages_without_words_are_refused(self):
        with self.assertRaises(UnreadableDocument):
            document_of([self.page()])


class FileTests(unittest.TestCase):
    """Picture files are told by their content, and a .tif has pages."""

    def test_forms(self):
        picture = Image.new("RGB", (300, 200), "white")
        for form in ("JPEG", "PNG", "TIFF", "BMP"):
            with self.subTest(form):
                content = as_file(picture, form)
                self.assertTrue(is_picture(content))
                self.assertEqual(pictures_in(content), 1)
                self.assertEqual(picture_of(content, 0).shape, (200, 300, 3))
        self.assertFalse(is_picture(b"BMW is no picture"))

    def test_a_tif_of_several_pages(self):
        pages = [Image.new("RGB", (300, 200), colour) for colour in ("white", "black")]
        content = as_file(pages[0], "TIFF", save_all=True, append_images=pages[1:])
        self.assertEqual(pictures_in(content), 2)
        self.assertEqual([int(picture_of(content, n).mean()) for n in range(2)], [255, 0])

    def test_a_picture_is_turned_as_the_telephone_says(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        self.assertEqual(picture_of(as_file(Image.new("RGB", (300, 200)), exif=exif), 0).shape, (300, 200, 3))

    def test_damaged_and_huge_ones_are_refused(self):
        content = as_file(scanned(Image.new("RGB", (600, 600), "white")))
        for broken in (content[:300], content[: len(content) // 2], b"\xff\xd8\xff" + b"x" * 100):
            with self.subTest(len(broken)), self.assertRaises(UnreadableDocument) as caught:
                picture_of(broken, 0)
            self.assertEqual(caught.exception.message, "图片已损坏，读不出来。")
        huge = as_file(Image.new("1", (20000, 20000)), "PNG")
        with self.assertRaises(UnreadableDocument) as caught:
            pictures_in(huge)
        self.assertIn("像素", caught.exception.message)
