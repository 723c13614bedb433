"""Files made to break a reader end in a sentence or are read right, within seconds, and take nobody with them."""

import os
import random
import re
import resource
import sys
import time
import unittest
import zipfile
from io import BytesIO
from pathlib import Path

from django.test import tag

from importer import forking, sandbox
from importer.drafts.drafts import FeedbackDraft, PlanDraft
from importer.files import libreoffice
from importer.files.readers import UnreadableDocument
from importer.parse import parse_document
from importer.sandbox import parse_under_limits, read_under_limits, unpacked
from tests.hostile import HOSTILE, PLAN, plan_docx, plan_pdf, plan_xlsx
from tests.ofd_files import OfdFile, annotation, cells, grid, text
from tests.packages import docx, level, lists, packed, paragraph, table

SECONDS = (
    sandbox.SECONDS
)  # of computing, as in production: a second of it is twice as much on one machine as on another
SEED = int(os.environ.get("MUTATION_SEED", "20240301"))
MUTANTS = 300
IN_SANDBOX = 6


def outcome(parse, name, content):
    """The drafts, or the sentence of the refusal; any other exception goes through."""
    try:
        return parse(name, content)
    except UnreadableDocument as refused:
        return f"{refused.message} {refused.hint}"


def computed():
    """Seconds that have been computed by processes started from here, and by those the forking server waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    server = Path(f"/proc/{forking.servers.running().process.pid}/stat").read_text().rpartition(")")[2].split()
    return usage.ru_utime + usage.ru_stime + sum(map(int, server[13:15])) / os.sysconf("SC_CLK_TCK")


@tag("slow")
class HostileTests(unittest.TestCase):
    def setUp(self):
        """Let a machine that runs other tests besides take longer by the clock; the limit of computing stays."""
        self.addCleanup(setattr, sandbox, "SECONDS", sandbox.SECONDS)
        sandbox.SECONDS = 100

    def test_each_file_is_refused_with_its_sentence_or_read_right(self):
        worst = (0.0, "")
        for hostile in HOSTILE:
            content = hostile.make()
            with self.subTest(hostile.name, about=hostile.about):
                before = computed()
                result = outcome(parse_under_limits, hostile.name, content)
                took = computed() - before
                worst = max(worst, (took, hostile.about))
                self.assertLess(took, SECONDS)
                if hostile.refusal is None:
                    self.assertIsInstance(result, list)
                else:
                    self.assertIsInstance(result, str)
                    self.assertRegex(result, hostile.refusal)
                    self.assertRegex(result, r"[\u4e00-\u9fff].*。 .*[\u4e00-\u9fff].*。$")
        print(f"\nworst hostile file: {worst[0]:.1f} s of computing ({worst[1]})", file=sys.stderr)

    def test_what_is_read_is_read_whole(self):
        sizes = {"dimension.xlsx": 100, "sparse.xlsx": 3, "merged.xlsx": 3, "plan.txt": 2, "loops.docx": 2}
        for hostile in HOSTILE:
            if hostile.name in sizes:
                with self.subTest(hostile.name):
                    (draft,) = parse_under_limits(hostile.name, hostile.make())
                    self.assertEqual(len(draft.items), sizes[hostile.name])


class SandboxTests(unittest.TestCase):
    def test_the_answer_is_what_parsing_here_gives(self):
        for name, content in (("a.docx", plan_docx()), ("a.xlsx", plan_xlsx()), ("a.txt", PLAN.encode())):
            with self.subTest(name):
                reading = read_under_limits(name, content)
                self.assertEqual(reading.drafts, parse_document(name, content))
                self.assertIn("东湖区教育局", reading.source.text)

    def test_time_that_runs_out_is_said(self):
        old = sandbox.SECONDS, sandbox.GRACE
        sandbox.SECONDS, sandbox.GRACE = 0, 0
        try:
            started = time.monotonic()
            self.assertIn("没有读完", outcome(parse_under_limits, "a.txt", PLAN.encode() * 500))
            self.assertLess(time.monotonic() - started, SECONDS)
        finally:
            sandbox.SECONDS, sandbox.GRACE = old

    def test_an_answer_that_is_no_draft_is_not_unpickled(self):
        for output in (b"", b"\x80\x05garbage", b"cos\nsystem\n(S'true'\ntR."):
            with (
                self.subTest(output),
                self.assertLogs(sandbox.logger),
                self.assertRaisesRegex(UnreadableDocument, "程序出错"),
            ):
                unpacked(output)

    def test_without_libreoffice_an_old_document_is_asked_for_as_docx(self):
        old = libreoffice.program
        libreoffice.program = lambda: None
        try:
            self.assertRegex(outcome(parse_under_limits, "a.rtf", b"{\\rtf1 text}"), "LibreOffice.*另存为 .docx")
        finally:
            libreoffice.program = old


def small_docx():
    """A Word document with numbers and a table."""
    rows = [["序号", "任务", "责任单位"], [("一、立德树人", 3)], ["1", "加强德育", "德育科"]]
    body = "".join(paragraph(line, number=1, level=place) for place, line in enumerate(PLAN.split("\n")[:3])) + table(
        rows
    )
    return docx(
        body, numbering=lists(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2."), level(2, "bullet", "·"))
    )


def small_ofd():
    """An OFD of two pages with a template, a table, an annotation and a seal."""
    lines = "".join(text(30, 40 + 12 * n, line) for n, line in enumerate(PLAN.split("\n")[:4]))
    xs, ys = (30, 50, 120), (100, 110, 120)
    rows = grid(xs, ys) + cells(xs, ys, [["序号", "任务"], ["1", "加强德育"]])
    return OfdFile(
        [lines + rows, lines],
        template=text(30, 20, "抬头"),
        annotations={0: annotation("Path", text(0, 5, "注"))},
        is_signed=True,
    ).bytes()


@tag("slow")
class MutationTests(unittest.TestCase):
    """Mutants of a small file of each form: drafts or a refusal, nothing else."""

    BASES = {
        "txt": lambda: PLAN.encode(),
        "docx": small_docx,
        "pdf": lambda: plan_pdf(2),
        "xlsx": plan_xlsx,
        "ofd": small_ofd,
    }

    @classmethod
    def setUpClass(cls):
        print(f"\nmutation seed: {SEED} (set MUTATION_SEED to change it)", file=sys.stderr)

    def test_mutants_give_drafts_or_a_sentence(self):
        for form, make in self.BASES.items():
            chance = random.Random(f"{SEED} {form}")
            base, refused = make(), 0
            for number in range(MUTANTS):
                mutant = mutant_of(base, form, number, chance)
                with self.subTest(form, seed=SEED, number=number):
                    refused += self.check(outcome(parse_document, f"mutant.{form}", mutant))
                    if number < IN_SANDBOX:
                        self.check(outcome(parse_under_limits, f"mutant.{form}", mutant))
            with self.subTest(form):
                self.assertLess(refused, MUTANTS, "some mutants are still read")

    def check(self, result):
        """Assert that a result is drafts or a sentence; return whether it is a sentence."""
        if isinstance(result, str):
            self.assertTrue(re.search(r"[\u4e00-\u9fff].*。", result), result)
            return True
        self.assertTrue(result and all(isinstance(draft, PlanDraft | FeedbackDraft) for draft in result))
        return False


def mutant_of(base, form, number, chance):
    """One mutant: every third of changed bytes; the others of a packed form or of text are whole again."""
    if form == "pdf" or number % 3 == 0:
        return mutated(base, chance)
    if form == "txt":
        words = mutated(base.decode().encode("utf-16-le"), chance)
        return words.decode("utf-16-le", "ignore").encode("utf-8", "ignore")
    return repacked(base, chance)


def mutated(content, chance):
    """Bytes with a few of them changed, cut out, doubled, or put elsewhere."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(content)) if content else 0
        end = min(len(content), start + chance.choice((1, 1, 2, 8, 40, 200)))
        change = chance.randrange(5)
        if change == 0:
            content[start:end] = bytes(chance.randrange(256) for _ in range(end - start))
        elif change == 1:
            del content[start:end]
        elif change == 2:
            content[start:start] = content[start:end] * chance.choice((1, 2, 50))
        elif change == 3:
            content[start:start] = chance.choice(
                (b"\x00", b"\xff\xfe", b"<", b"&", b"-1", b"999999999", "（".encode(), "一、".encode(), b"\n\n")
            )
        elif end > start:
            content[start] ^= 1 << chance.randrange(8)
    return bytes(content)


def repacked(content, chance):
    """A packed document in which one or two parts are mutated and the package is whole."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in chance.sample(sorted(parts), chance.randint(1, 2)):
        parts[name] = mutated_xml(parts[name], chance) if chance.random() < 0.8 else mutated(parts[name], chance)
    return packed(parts)


def mutated_xml(content, chance):
    """XML that is still well-formed more often than not: values, texts and whole elements changed."""
    text = content.decode("utf-8")
    for _ in range(chance.randint(1, 4)):
        matches = list(re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<]+(?=<)|<(\w+:?\w*)\b[^<>]*/>', text))
        if not matches:
            break
        match = chance.choice(matches)
        values = (
            "",
            "0",
            "-1",
            "1",
            "99999999999",
            "A1",
            "XFD1048576",
            "A0",
            "x" * 300,
            "一、",
            "％1",
            "%1%2%9",
            "&#10;",
            "true",
            match[0] * 2,
        )
        text = (
            text[: match.start()]
            + chance.choice(values if match[1] is None else ("", match[0] * 3))
            + text[match.end() :]
        )
    return text.encode()
