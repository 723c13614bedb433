"""OFD files: lines as from a PDF, and each trap of real files on its own."""

import unittest
from pathlib import Path

from django.test import tag

from importer.files.file_kinds import form_of, open_document_file
from importer.files.read_ofd import read_ofd
from importer.files.readers import UnreadableDocument
from importer.parse import parse_source
from importer.sandbox import parse_under_limits
from tests.importer.accounting import AccountingMixin
from tests.importer.test_office_files import facts
from tests.ofd_files import OfdFile, annotation, cells, grid, line, one_by_one, printed, text
from tests.packages import packed

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PLAN = ["东湖区教育局二零二五年工作要点", "一、德育", "1.加强德育。", "二、体育", "2.办好比赛。"]


def page(words=PLAN, *, top=40, step=12, write=text):
    """A page with a line for each text."""
    return "".join(write(30, top + step * n, line) for n, line in enumerate(words))


def lines(content, **more):
    """The lines of an OFD that are no furniture; of pages, or of a file."""
    source = read_ofd(content if isinstance(content, bytes) else OfdFile(content, **more).bytes())
    return [line.text for line in source.lines if line.number not in source.furniture]


def notes(content, **more):
    """What is said of an OFD."""
    return " ".join(note.message for note in read_ofd(OfdFile(content, **more).bytes()).notes)


class TextTests(unittest.TestCase):
    def test_lines_come_in_order_whatever_the_order_of_objects(self):
        shuffled = "".join(text(30, 40 + 12 * n, PLAN[n]) for n in (3, 1, 4, 0, 2))
        self.assertEqual(lines([shuffled]), PLAN)

    def test_characters_placed_one_by_one_make_lines(self):
        self.assertEqual(lines([page(write=one_by_one)]), PLAN)

    def test_steps_between_characters_are_gaps_only_where_they_are_wider_than_the_rest(self):
        spaced = text(30, 40, "工作要点", deltas="11.2 11.2 11.2")
        apart = text(30, 60, "责任科室德育科", deltas="5.6 5.6 5.6 20 5.6 5.6")
        repeated = text(30, 80, "一二三四五", deltas="g 4 5.6")
        single = "".join(text(30 + 15 * n, 100, sign) for n, sign in enumerate("工作要点"))
        for content, expected in (
            (spaced, "工作要点"),
            (apart, "责任科室  德育科"),
            (repeated, "一二三四五"),
            (single, "工作要点"),
        ):
            with self.subTest(content[:80]):
                self.assertEqual(lines([content]), [expected])

    def test_latin_words_keep_their_spaces(self):
        self.assertEqual(lines([text(30, 40, "STEM education 2025")]), ["STEM education 2025"])

    def test_text_drawn_twice_is_read_once(self):
        shadow = page() + page().replace('Boundary="30 ', 'Boundary="30.3 ')
        self.assertEqual(lines([shadow]), PLAN)
        self.assertEqual(lines([text(30, 40, "人人有责，天天向上，111llliii")]), ["人人有责，天天向上，111llliii"])

    def test_a_page_set_from_top_to_bottom_is_read_from_right_to_left(self):
        content = "".join(
            text(180 - 12 * n, 30, words, down=" ".join(["5.6"] * (len(words) - 1))) for n, words in enumerate(PLAN)
        )
        self.assertEqual(lines([content]), PLAN)

    def test_turned_pages_are_read_as_they_stand(self):
        for ctm, place in (
            ("0 1 -1 0 0 0", lambda n: (180 - 12 * n, 30)),
            ("-1 0 0 -1 0 0", lambda n: (180, 60 + 12 * (len(PLAN) - n))),
            ("0 -1 1 0 0 0", lambda n: (30 + 12 * n, 250)),
        ):
            content = "".join(text(*place(n), words, ctm=ctm) for n, words in enumerate(PLAN))
            with self.subTest(ctm):
                self.assertEqual(lines([content]), PLAN)

    def test_a_text_sideways_in_the_margin_is_no_part_of_the_lines(self):
        for margin in (
            text(8, 60, "装订线内不得书写", down="g 7 12"),
            "".join(text(8, 60 + 9 * n, sign) for n, sign in enumerate("装订线内不得书写")),
            text(8, 60, "装订线内不得书写", ctm="0 1 -1 0 0 0"),
        ):
            with self.subTest(margin[:60]):
                source = read_ofd(OfdFile([margin + page(step=9)]).bytes())
                self.assertEqual([line.text for line in source.lines if line.number not in source.furniture], PLAN)
                self.assertIn("装订线内不得书写", source.text)


class FurnitureTests(unittest.TestCase):
    def test_a_template_of_several_pages_is_furniture_of_one_page_text(self):
        pages = [page([f"第{n}页第一段的文字。", f"第{n}页第二段的文字。"]) for n in "一二三"]
        head = text(30, 20, "东湖区教育局文件")
        self.assertNotIn("东湖区教育局文件", lines(pages, template=head))
        self.assertEqual(lines([page()], template=head), ["东湖区教育局文件", *PLAN])
        self.assertEqual(lines(pages, template=head, on_pages=(0,))[0], "东湖区教育局文件")

    def test_watermarks_are_left_out_and_said(self):
        aslant = text(60, 150, "内部资料", 20, ctm="0.7 0.7 -0.7 0.7 0 0")
        faint = text(30, 58, "内部资料", 20, alpha=40)
        large, pale = (
            text(30, 70, "内部资料", 24),
            text(30, 64, "内部资料", 8).replace("><ofd:TextCode", '><ofd:FillColor Value="200 200 200"/><ofd:TextCode'),
        )
        for mark, how in (
            (aslant, {}),
            (faint, {}),
            (large, {}),
            (pale, {}),
            ("", {"annotations": {0: annotation("Watermark", text(60, 150, "内部资料"))}}),
        ):
            with self.subTest(mark[:40]):
                self.assertEqual(lines([page() + mark], **how), PLAN)
                self.assertIn("水印“内部资料”没有读入", notes([page() + mark], **how))

    def test_a_large_title_and_a_pale_heading_are_text(self):
        title = text(30, 28, "红头文件", 14)
        pale = text(30, 150, "表头", 5.6).replace(
            "><ofd:TextCode", '><ofd:FillColor Value="200 200 200"/><ofd:TextCode'
        )
        self.assertEqual(lines([title + page() + pale]), ["红头文件", *PLAN, "表头"])

    def test_annotations_with_text_are_read_and_stamps_are_not(self):
        stamp, note = (
            annotation("Stamp", text(0, 10, "印章")),
            annotation("Path", text(0, 10, "附言"), boundary="30 150 50 20"),
        )
        self.assertEqual(lines([page()], annotations={0: stamp + note}), [*PLAN, "附言"])

    def test_a_signed_file_says_so(self):
        self.assertIn("已签章（1 处）", notes([page()], is_signed=True))
        self.assertIn("2 个附件", notes([page()], attachments=2))

    def test_what_cannot_be_seen_is_left_out_and_counted(self):
        hidden = (
            text(30, 150, "看不见", more='Visible="false"') + text(30, 160, "透明", alpha=0) + text(500, 160, "页外")
        )
        self.assertEqual(lines([page() + hidden]), PLAN)
        self.assertIn("7 个看不见的字", notes([page() + hidden]))

    def test_drawings_used_in_several_places_are_read_in_each(self):
        unit = f'<ofd:CompositeGraphicUnit ID="7" Width="50" Height="10"><ofd:Content>{text(0, 8, "1.德育")}</ofd:Content></ofd:CompositeGraphicUnit>'
        used = "".join(
            f'<ofd:PageBlock><ofd:CompositeObject ResourceID="7" Boundary="30 {y} 50 10"/></ofd:PageBlock>'
            for y in (40, 60)
        )
        self.assertEqual(lines([used], units=unit), ["1.德育", "1.德育"])


class PackageTests(unittest.TestCase):
    def test_namespaces_paths_and_encodings_as_producers_write_them(self):
        cases = {
            "as the standard says": {}, "older namespace": {"namespace": "http://www.ofdspec.org"}, "no namespace": {"namespace": "", "prefix": ""},
            "own prefix": {"prefix": "x:"}, "undeclared prefix": {"namespace": ""}, "default namespace": {"prefix": ""},
            "absolute paths": {"absolute": True}, "another case": {"wrong_case": True}, "gbk": {"encoding": "gb18030"},
        }  # fmt: skip
        for name, how in cases.items():
            with self.subTest(name):
                content = OfdFile([page()], template=text(30, 20, "抬头"), **how).bytes()
                self.assertEqual(lines(content), ["抬头", *PLAN])
                self.assertEqual(form_of("公文.ofd", content), "ofd")

    def test_it_is_told_by_content_and_read_in_the_sandbox(self):
        words = [
            "东湖区教育局二零二五年工作要点",
            "一、德育",
            "1.加强德育。",
            "2.办好活动。",
            "二、体育",
            "3.办好比赛。",
            "4.建好场地。",
        ]
        content = OfdFile([page(words)]).bytes()
        for name in ("要点.ofd", "要点.pdf", "要点"):
            with self.subTest(name):
                (draft,) = parse_under_limits(name, content)
                self.assertEqual([item.title for item in draft.items], ["加强德育", "办好活动", "办好比赛", "建好场地"])

    def test_what_cannot_be_read_gets_its_own_sentence(self):
        image = '<ofd:ImageObject ID="3" Boundary="0 0 210 297" ResourceID="4"/>'
        private = text(30, 40, "\ue001\ue002\ue003\ue004\ue005")
        parts = OfdFile([page()]).parts()
        cases = {
            "只有图片": OfdFile([image]).bytes(), "没有文字": OfdFile([""]).bytes(), "私有编码": OfdFile([private]).bytes(), "已损坏": packed({"OFD.xml": b"<OFD"}),
            "密码": OfdFile([page()], more={"Encryptions.xml": b"<a/>"}).bytes(), "实体声明": packed({"OFD.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>" + parts["OFD.xml"]}),
        }  # fmt: skip
        for words, content in cases.items():
            with self.subTest(words), self.assertRaisesRegex(UnreadableDocument, words):
                open_document_file("a.ofd", content)
        self.assertIn("3 个字用的是内嵌字体的私有编码", notes([page() + text(30, 150, "\ue001\ue002\ue003")]))
        self.assertIn("第 2 页只有图片", notes([page(), image]))


class TablesTests(AccountingMixin, unittest.TestCase):
    XS = (25, 38, 100, 140, 185)
    HEAD = ["序号", "工作任务", "责任科室", "完成时限"]

    def items(self, pages):
        source = read_ofd(OfdFile(pages).bytes())
        (draft,) = parse_source(source)
        self.assert_accounted(source.text, [draft])
        return [(item.number, item.title, item.offices, item.deadline_text) for item in draft.items]

    def test_a_drawn_table_gives_its_rows(self):
        ys = (40, 50, 66, 82)
        title = text(60, 30, "东湖区教育局2025年工作任务清单", 5)
        rows = [
            self.HEAD,
            ["1", "新建中小学三所，新增学位三千\n个", "规划科", "2025年9月底前"],
            ["2", "实施教师轮岗", "人事科、\n办公室", "年底前"],
        ]
        expected = [
            ("1", "新建中小学三所，新增学位三千个", ["规划科"], "2025年9月底前"),
            ("2", "实施教师轮岗", ["人事科", "办公室"], "年底前"),
        ]
        self.assertEqual(self.items([title + grid(self.XS, ys) + cells(self.XS, ys, rows)]), expected)
        as_one_path = "".join(f"M {x0} {y} L {x1} {y} " for y in ys for x0, x1 in [(25, 185)]) + "".join(
            f"M {x} {ys[0]} L {x} {ys[-1]} " for x in self.XS
        )
        path = f'<ofd:PathObject ID="2" Boundary="0 0 210 297"><ofd:AbbreviatedData>{as_one_path}</ofd:AbbreviatedData></ofd:PathObject>'
        self.assertEqual(self.items([title + path + cells(self.XS, ys, rows)]), expected)

    def test_a_table_over_two_pages_and_one_without_lines(self):
        ys = (40, 50, 60)
        title = text(60, 30, "东湖区教育局2025年工作任务清单", 5)
        pages = [
            grid(self.XS, ys) + cells(self.XS, ys, [self.HEAD, [str(n), f"第{n}项工作", "德育科", "年底前"]])
            for n in (1, 2)
        ]
        self.assertEqual([item[0] for item in self.items([title + pages[0], pages[1]])], ["1", "2"])
        bare = cells(
            self.XS,
            (40, 50, 60),
            [self.HEAD, ["1", "甲项工作", "德育科", "年底前"], ["2", "乙项工作", "体育科", "六月底前"]],
        )
        self.assertEqual(
            [item[:3] for item in self.items([title + bare])],
            [("1", "甲项工作", ["德育科"]), ("2", "乙项工作", ["体育科"])],
        )

    def test_a_red_line_and_a_frame_are_no_table(self):
        frame = (
            line(10, 10, 200, 10)
            + line(10, 290, 200, 290)
            + line(10, 10, 10, 290)
            + line(200, 10, 200, 290)
            + line(20, 35, 190, 35)
        )
        self.assertEqual(lines([frame + page()]), PLAN)


@tag("slow")
class SeedTests(AccountingMixin, unittest.TestCase):
    maxDiff = 2000

    def test_the_seed_plans_printed_as_ofd_give_the_plan_of_the_text(self):
        for path in sorted(SEEDS.glob("*plan.txt")):
            source = open_document_file(path.name, path.read_bytes())
            (expected,) = parse_source(source)
            paragraphs = [line.text.strip() for line in source.lines if line.text.strip()]
            for write in (text, one_by_one):
                with self.subTest(path.stem, write=write.__name__):
                    printed_source = read_ofd(OfdFile(printed(paragraphs, write=write), is_signed=True).bytes())
                    (draft,) = parse_source(printed_source)
                    self.assert_accounted(printed_source.text, [draft])
                    # A blank at the end of a printed line is gone with it, so blanks are not compared.
                    self.assertEqual(
                        repr(facts(draft)[:2]).replace(" ", ""), repr(facts(expected)[:2]).replace(" ", "")
                    )
