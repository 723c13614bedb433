"""Every URL that a template or a module names is there: a link that is drawn only now and then fails here, not on a page."""

import re
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

from tests.every_url import url_names

ROOT = Path(settings.BASE_DIR)
ROOMS = ("accounts", "audit", "boards", "config", "intake", "operations", "papers", "sheets", "tracking", "workplans")
IN_TEMPLATES = re.compile(r"""\{%-?\s*url\s+['"]([a-z_]+:[a-z_]+)['"]""")
IN_MODULES = re.compile(r"""['"]((?:boards|intake|papers|sheets|tracking|workplans):[a-z_]+)['"]""")


def named() -> dict[str, str]:
    """Return each URL's name that is written down, and a file it stands in."""
    found = {}
    for pattern, files in (
        (IN_TEMPLATES, (ROOT / "templates").rglob("*.html")),
        (IN_MODULES, (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))),
    ):
        for path in files:
            for name in pattern.findall(path.read_text(encoding="utf-8")):
                found.setdefault(name, str(path.relative_to(ROOT)))
    return found


class UrlNamesTest(SimpleTestCase):
    """Templates and modules."""

    def test_every_name_is_a_url(self):
        known = set(url_names())
        wrong = {name: place for name, place in named().items() if name not in known and not name.startswith("admin:")}
        self.assertEqual(wrong, {})

    def test_the_test_finds_names_in_both(self):
        found = named()
        self.assertGreater(len(found), 60)
        self.assertIn("boards:plan_list", found)
