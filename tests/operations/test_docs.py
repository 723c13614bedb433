"""The commands of docs/operations.md, executed as written, but for where `manage` is."""

import re

from django.conf import settings
from django.db import connection
from django.test import SimpleTestCase, tag

from tests.reliability.sites import ROOT, new_site

INSTALLED = 'manage() { /opt/taizhang/current/deploy/manage "$@"; }'


@tag("concurrent")
class OperationsTest(SimpleTestCase):
    """A backup, its check, its restore and an upgrade, in an installation of the test's own."""

    databases = {"default"}

    def test_every_command_does_what_the_page_says(self):
        page = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
        script = "\n".join(re.findall(r"^```bash\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
        self.assertIn(INSTALLED, script)
        script = script.replace(INSTALLED, f'manage() {{ .venv/bin/python {ROOT}/manage.py "$@"; }}')
        with new_site(like=connection) as site:
            site.environment["BACKUP_DIR"] = str(site.folder / "backups")
            code, said = site.run(
                "-c", f"import subprocess, sys; sys.exit(subprocess.call(['bash', '-euc', {script!r}]))"
            )
        self.assertEqual(code, 0, said)
        for sentence in ("已备份", "备份完好", "已恢复。所有人需要重新登录。原有数据保留在"):
            self.assertIn(sentence, said)
