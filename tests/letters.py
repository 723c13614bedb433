"""Letters in tests: the seed's letter in the database, and Word files as LibreOffice prints them."""

import subprocess
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings

from importer.files.readers import read_document
from importer.parse import parse_document
from intake.feedback import load
from papers.compiling import compile_feedback, letter_of
from papers.docx import letter_docx
from papers.kinds.feedback import compilable
from tests.base import NOW, make_user
from tests.office import convert
from tracking.models import Feedback, Period
from workplans.access import Role
from workplans.loading import Upload

SEED = Path(settings.BASE_DIR, "seeds", "changning-2020-progress-feedback.txt")
TITLE = "长宁区教育局关于区政府2020年重点工作目标\n1-10月推进情况的反馈"
BASIS = "根据督查通知的要求，现将我单位所涉项目完成情况反馈如下："


def dense(text):
    """Return a text without its white space."""
    return "".join(text.split())


def load_letter(content, name="反馈.txt"):
    """Parse and store a letter; return what `load` does."""
    [draft] = parse_document(name, content)
    text = read_document(name, content).text if name.endswith("txt") else ""
    return load(draft, Upload(name, content, text, "utf-8"), now=NOW)


class SeedLetter:
    """Mix into a test case: `load_seed()` once, then `compile_seed()`."""

    @classmethod
    def load_seed(cls):
        """Import the seed's letter; make the bureau's supervisor and leader."""
        load_letter(SEED.read_bytes(), SEED.name)
        cls.period = Period.objects.get(label="2020年1-10月")
        bureau = cls.period.organization
        cls.compiler = make_user("compiler", bureau, Role.SUPERVISOR, first_name="督办员甲")
        cls.director = make_user("director", bureau, Role.LEADER, first_name="王局长")

    @classmethod
    def compile_seed(cls, **kw):
        """Compile the feedback of the seed's period as the seed has it."""
        values = {
            "organization": cls.period.organization, "period": cls.period, "title": TITLE, "recipient": "区府办",
            "basis": BASIS, "dated_on": date(2020, 10, 21), "contacts": "宗宏、黄丽灵", "phones": "22050725、22050779",
            "with_annex": False,
        }  # fmt: skip
        feedback = Feedback(**(values | kw))
        return compile_feedback(feedback, compilable(cls.period, cls.compiler), by=cls.compiler, now=NOW)

    def docx(self, feedback):
        """Return the Word file of a draft."""
        return letter_docx(letter_of(feedback))


def as_pdfs(contents, folder):
    """Let LibreOffice print Word files into `folder`, all in one go; return the PDFs' paths in order."""
    sources = [Path(folder, f"letter{number}.docx") for number in range(len(contents))]
    for source, content in zip(sources, contents, strict=True):
        source.write_bytes(content)
    convert(sources, "pdf", folder)
    return [source.with_suffix(".pdf") for source in sources]


def printed(*contents):
    """Return the pages of Word files as LibreOffice prints them, each its lines of text; of one file its pages alone."""
    with tempfile.TemporaryDirectory() as folder:
        found = [pages_of(pdf) for pdf in as_pdfs(contents, folder)]
    return found if len(found) > 1 else found[0]


def pages_of(pdf):
    """Return the pages of a PDF, each its lines of text."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    return [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")[:-1]]
