"""`make run` where it cannot work: a sentence at the terminal, no trace of the program."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.test import SimpleTestCase

from scripts import environment
from scripts.demo import cannot_write
from tests.postgres import free_port


class CannotWriteTest(SimpleTestCase):
    """Somebody else's folder, a read-only one, a full disk."""

    def test_what_cannot_be_written_is_said_in_a_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(environment.ROOT / "scripts", Path(folder, "scripts"))
            Path(folder, "var").write_text(
                "a file where the folder should be: as refused as one without permission, to root too"
            )
            command = [sys.executable, "-m", "scripts.demo", "--port", f"0000{free_port()}"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"不能写入 {environment.Path(folder).resolve() / 'var'}", done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_the_sentence_names_the_place_the_reason_and_what_to_do(self):
        told = cannot_write(PermissionError(13, "Permission denied", "/opt/taizhang/var"))
        for part in ("不能写入 /opt/taizhang/var（Permission denied）", "chown", "Cannot write to /opt/taizhang/var"):
            self.assertIn(part, told)
