"""An archive is taken only as it was written: every kind of damage is found before anything is touched."""

import hashlib
import json
import random
import shutil
import tempfile
import zipfile
from pathlib import Path

from django.test import SimpleTestCase

from operations import archives
from operations.archives import Damaged, Manifest


def reseal(path, change, leave_out=()):
    """Return a copy with `change(manifest)` in its manifest and without some members, correctly sealed."""
    copy = path.with_suffix(".changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for name in source.namelist():
            if name == archives.MANIFEST:
                stored = json.loads(source.read(name))
                target.writestr(name, json.dumps(stored | change(stored)))
            elif name not in leave_out:
                target.writestr(name, source.read(name))
        target.comment = b"0" * archives.SEAL
    content = copy.read_bytes()[: -archives.SEAL]
    copy.write_bytes(content + hashlib.sha256(content).hexdigest().encode())
    return copy


class ArchiveTest(SimpleTestCase):
    """One small archive, damaged in many ways."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, text in (("database.sqlite3", "甲" * 5000), ("a.txt", "附件")):
            (self.folder / name).write_text(text, encoding="utf-8")
        self.path = self.written(self.folder / "backup.zip")

    def written(self, path, names=("database.sqlite3", "a.txt"), **changes):
        """Write an archive; `changes` are made in its manifest, which is sealed as if it were right."""
        manifest = Manifest("0.1.0", "2024-10-28T09:30:00+08:00", "sqlite", ["tracking.0001_initial"])
        archives.write(path, manifest, [(name, self.folder / name) for name in names])
        if changes:
            path = reseal(path, lambda stored: changes)
        return path

    def assert_damaged(self, path, why):
        with self.assertRaises(Damaged) as caught:
            archives.verify(path)
        self.assertIn(why, str(caught.exception))
        self.assertIn("现有数据没有改动", str(caught.exception))

    def test_what_is_whole_is_taken_and_unpacked_as_it_was(self):
        manifest = archives.verify(self.path)
        self.assertEqual((manifest.version, set(manifest.members)), ("0.1.0", {"database.sqlite3", "a.txt"}))
        archives.extract(self.path, self.folder / "out")
        for name in manifest.members:
            self.assertEqual((self.folder / "out" / name).read_bytes(), (self.folder / name).read_bytes())

    def test_it_is_a_zip_that_any_program_opens_and_only_its_owner_reads(self):
        with zipfile.ZipFile(self.path) as archive:
            self.assertIsNone(archive.testzip())
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)

    def test_a_flipped_bit_anywhere_is_found(self):
        content = self.path.read_bytes()
        places = {0, len(content) - 1, len(content) - 65, *random.Random(8).sample(range(len(content)), 60)}
        for place in places:
            flipped = bytearray(content)
            flipped[place] ^= 1 << place % 8
            copy = self.folder / "flipped.zip"
            copy.write_bytes(flipped)
            with self.subTest(place=place):
                self.assert_damaged(copy, "校验值不符")

    def test_a_file_cut_short_or_made_longer_is_found(self):
        content = self.path.read_bytes()
        copy = self.folder / "cut.zip"
        for length in (0, 1, 63, 64, 65, len(content) // 2, len(content) - 1):
            copy.write_bytes(content[:length])
            with self.subTest(length=length):
                self.assert_damaged(copy, "校验值不符")
        copy.write_bytes(content + b"\n")
        self.assert_damaged(copy, "校验值不符")

    def test_something_else_is_no_archive(self):
        text = self.folder / "letter.txt"
        text.write_text("不是备份" * 100, encoding="utf-8")
        self.assert_damaged(text, "校验值不符")

    def test_a_seal_alone_does_not_make_it_whole(self):
        wrong = {"database.sqlite3": {"size": 15000, "sha256": "0" * 64}}
        cases = {
            "缺少 a.txt": reseal(shutil.copy(self.path, self.folder / "1.zip"), lambda stored: {}, leave_out=["a.txt"]),
            "database.sqlite3 的校验值不符": reseal(
                shutil.copy(self.path, self.folder / "2.zip"), lambda stored: {"members": stored["members"] | wrong}
            ),
            "清单中没有 a.txt": reseal(
                shutil.copy(self.path, self.folder / "3.zip"),
                lambda stored: {"members": {"database.sqlite3": stored["members"]["database.sqlite3"]}},
            ),
            "请先升级程序": self.written(self.folder / "4.zip", format=2),
        }
        for why, path in cases.items():
            with self.subTest(why=why):
                self.assert_damaged(path, why)

    def test_a_name_that_leads_out_of_the_folder_is_not_unpacked(self):
        path = self.folder / "out.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("../outside.txt", "x")
        with self.assertRaises(Damaged):
            archives.extract(path, self.folder / "inside")
        self.assertFalse((self.folder / "outside.txt").exists())

    def test_a_file_that_is_gone_meanwhile_is_left_out(self):
        path = self.written(self.folder / "gone.zip", names=("database.sqlite3", "gone.txt"))
        self.assertEqual(set(archives.verify(path).members), {"database.sqlite3"})
