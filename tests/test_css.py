"""Our style sheets use nothing Chromium 92 lacks (DESIGN 11): most machines of the users' stop there or little later."""

import re
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

SHEETS = sorted(Path(settings.BASE_DIR, "static", "css").glob("*.css"))
# What is barred, by the version of Chromium it came with; what an older one may ignore without harm is not.
BARRED = {
    "@layer (99)": r"@layer\b",
    "@container (105)": r"@container\b",
    "@scope (118)": r"@scope\b",
    ":has() (105)": r":has\(",
    "color-mix() (111)": r"color-mix\(",
    "oklch, oklab, lch, lab (111)": r"\b(?:oklch|oklab|lch|lab|color)\(",
    "light-dark() (123)": r"light-dark\(",
    "dvh, svh, lvh, cqw (108)": r"\d(?:[dsl]v[hwib]|cq[wh])\b",
    "subgrid (117)": r"\bsubgrid\b",
    "range in media queries (104)": r"@media[^{]*[<>]",
    "trigonometry (111)": r"\b(?:sin|cos|tan|round|abs)\(",
    "individual transforms (104)": r"[{;]\s*(?:translate|rotate|scale)\s*:",
}
SCALE = {"12", "13", "14", "15", "16", "18", "20", "24"}  # pixels: small print to the number of a tile
NESTED = re.compile(r"^\s*&|\{[^{}@]*\{", re.MULTILINE)


def plain(css):
    """Return the sheet without comments and without the shells of @media, whose insides are ordinary rules."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"@(?:media|supports|keyframes|font-face|page)[^{]*\{", "@shell{", css)


class OldBrowserTest(SimpleTestCase):
    """All sheets."""

    def test_there_are_sheets(self):
        self.assertGreater(len(SHEETS), 4)

    def test_no_barred_feature(self):
        for sheet in SHEETS:
            css = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
            for name, pattern in BARRED.items():
                with self.subTest(sheet=sheet.name, feature=name):
                    self.assertIsNone(re.search(pattern, css))

    def test_pages_and_dashboards_keep_to_one_scale_of_type(self):
        """Sizes in pictures are their own units, not pixels."""
        for name in ("base.css", "pages.css", "dashboards.css"):
            lines = next(sheet for sheet in SHEETS if sheet.name == name).read_text(encoding="utf-8").splitlines()
            sizes = {
                size for line in lines if "chart" not in line for size in re.findall(r"font-size: ([\d.]+)px", line)
            }
            with self.subTest(name):
                self.assertLessEqual(sizes, SCALE)

    def test_no_nesting(self):
        for sheet in SHEETS:
            with self.subTest(sheet=sheet.name):
                inside = re.sub(
                    r"@shell\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}", r"\1", plain(sheet.read_text(encoding="utf-8"))
                )
                self.assertIsNone(NESTED.search(inside))

    def test_the_test_sees_what_it_bars(self):
        for css in ("a { & b { color: red } }", "a { b { color: red } }"):
            self.assertIsNotNone(NESTED.search(css))
        self.assertIsNotNone(re.search(BARRED[":has() (105)"], "a:has(b) {}"))
