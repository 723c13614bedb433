"""The locks name what requirements*.txt ask for and all that those packages need, each with its hashes."""

import os
import re
import sys
import tempfile
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.licences import UnknownLicence, licence_of

ROOT = Path(settings.BASE_DIR)
# Whoever installs has a mirror set up, or none is needed: nothing here says where packages come from.
REGISTRY = re.compile(rb"pypi\.org|pythonhoste[d]|deb\.debian|registry\.npmjs")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-ocr.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)")


def pinned(text):
    """Return canonical name → version of the pins in a requirements or lock file."""
    found = (PIN.match(line) for line in text.splitlines())
    return {canonicalize_name(pin[1]): pin[2] for pin in found if pin}


@contextmanager
def importable(folder):
    """Put a folder where packages are looked for."""
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def read(name):
    """Return the text of a file in the root."""
    return (ROOT / name).read_text(encoding="utf-8")


class LockTest(SimpleTestCase):
    """`make lock` has been run since the requirements changed."""

    def test_requirements_are_pinned_and_say_what_for(self):
        for name in ("requirements.txt", "requirements-dev.txt", "requirements-ocr.txt"):
            for line in read(name).splitlines():
                if line and not line.startswith(("#", "-r ")):
                    self.assertRegex(line, PIN, name)
                    self.assertRegex(line, r" # \S", f"{name}: {line} has no sentence")

    def test_what_is_asked_for_is_locked_in_that_version(self):
        asked = pinned(read("requirements.txt"))
        self.assertEqual(asked.items() - pinned(read("requirements.lock")).items(), set(), "run `make lock`")
        asked |= pinned(read("requirements-dev.txt"))
        self.assertEqual(asked.items() - pinned(read("requirements-dev.lock")).items(), set(), "run `make lock`")

    def test_what_reads_scans_is_locked_in_the_versions_of_the_others(self):
        scans = pinned(read("requirements-ocr.lock"))
        self.assertEqual(pinned(read("requirements-ocr.txt")).items() - scans.items(), set(), "run `make lock`")
        others = pinned(read("requirements-dev.lock"))
        self.assertEqual(
            {name: others[name] for name in others.keys() & scans.keys()},
            {name: scans[name] for name in others.keys() & scans.keys()},
        )

    def test_the_development_lock_is_the_other_and_more(self):
        production, development = pinned(read("requirements.lock")), pinned(read("requirements-dev.lock"))
        self.assertEqual(production.items() - development.items(), set())

    def test_every_locked_package_has_hashes(self):
        for name in LOCKS:
            entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", read(name)).strip())
            self.assertEqual(len(entries), len(pinned(read(name))), f"{name} holds something else than pins")
            for entry in entries:
                self.assertRegex(entry, r"--hash=sha256:[0-9a-f]{64}", entry)

    def test_what_the_locked_packages_need_is_locked_too(self):
        for name in LOCKS:
            locked = pinned(read(name))
            for package in locked:
                for line in metadata.requires(package) or ():
                    needed = Requirement(line)
                    if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                        self.assertIn(canonicalize_name(needed.name), locked, f"{name}: {package} needs it")


class RegistryTest(SimpleTestCase):
    """Which registry packages come from is the machine's own setting."""

    def test_no_registry_is_named(self):
        # What a run makes is none of ours; nor are links, such as a shared .venv.
        made = {"var", "staticfiles", "dist", "node_modules", "__pycache__"}
        files = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if name not in made and (name == ".ci" or not name.startswith("."))]
            files += [Path(folder, name) for name in names]
        self.assertGreater(len(files), 500)
        self.assertEqual([str(path) for path in files if REGISTRY.search(path.read_bytes())], [])


class LicenceTest(SimpleTestCase):
    """docs/licences.md names every package (tests/test_docs.py); one that may not be used is not written down."""

    def test_where_a_licence_is_told(self):
        for told, licence in (
            ("License-Expression: MIT", "MIT"),
            ("Classifier: License :: OSI Approved :: BSD License", "BSD License"),
            ("License: Apache-2.0", "Apache-2.0"),
            ("License-Expression: AGPL-3.0-only", None),
            ("Classifier: License :: OSI Approved :: GNU Affero General Public License v3", None),
            ("Summary: says nothing", None),
        ):
            with self.subTest(told), tempfile.TemporaryDirectory() as folder, importable(folder):
                place = Path(folder, "invented_package-1.0.dist-info")
                place.mkdir()
                (place / "METADATA").write_text(
                    f"Metadata-Version: 2.4\nName: invented-package\nVersion: 1.0\n{told}\n"
                )
                if licence:
                    self.assertEqual(licence_of("invented-package"), licence)
                else:
                    with self.assertRaises(UnknownLicence):
                        licence_of("invented-package")
