"""Where real people work the server starts only with settings that are safe, and those are safe to Django too."""

import json
import os
import subprocess
import sys
import tempfile

from django.conf import settings
from django.core.checks import run_checks
from django.test import SimpleTestCase, override_settings

from config.production import demonstration_names, problems
from tests.base import CastTestCase, make_user

KEY = "k7" * 30
SHOW = (
    "import json; from django.conf import settings as s; print(json.dumps({n: getattr(s, n) for n in "
    "('DEBUG', 'SESSION_COOKIE_SECURE', 'CSRF_COOKIE_SECURE', 'SECURE_SSL_REDIRECT', 'SECURE_HSTS_SECONDS')}))"
)


def run(*arguments, **environment):
    """Run Python in a production environment of its own, with an empty data directory; return what it did."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "DATABASE_"))}
    with tempfile.TemporaryDirectory() as folder:
        surroundings = kept | {"DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_VAR_DIR": folder} | environment
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=surroundings,
            capture_output=True,
            text=True,
            check=False,
        )


class StartTest(SimpleTestCase):
    """Processes of their own, as the web server is one."""

    def refused(self, sentence, *arguments, **environment):
        """The start must fail with this sentence."""
        done = run(*(arguments or ("-c", "import config.wsgi")), **environment)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(sentence, done.stderr)

    def test_without_a_secret_key(self):
        self.refused("请设置环境变量 DJANGO_SECRET_KEY")

    def test_with_debug(self):
        self.refused("正式环境不能打开 DJANGO_DEBUG", DJANGO_DEBUG="1", DJANGO_SECRET_KEY=KEY)

    def test_check_deploy_finds_nothing_behind_tls(self):
        done = run(
            "manage.py", "check", "--deploy", "--fail-level", "INFO", DJANGO_HTTPS="1", DJANGO_SECRET_KEY="aB3$" + KEY
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_behind_tls_cookies_are_secure_and_the_browser_stays_there(self):
        done = run("-c", SHOW, DJANGO_HTTPS="1", DJANGO_SECRET_KEY=KEY)
        shown = json.loads(done.stdout)
        self.assertEqual(shown.pop("SECURE_HSTS_SECONDS"), 31536000)
        self.assertEqual(shown.pop("DEBUG"), False)
        self.assertEqual(set(shown.values()), {True})


class DemonstrationTest(CastTestCase):
    """The accounts of the demonstration are not for real work."""

    def test_they_keep_the_server_from_starting(self):
        self.assertEqual(problems(), [])
        make_user("hk_supervisor")
        self.assertIn("演示账号（hk_supervisor）", problems()[0])
        self.assertIn(
            "config.E001", [found.id for found in run_checks(tags=["security"], include_deployment_checks=True)]
        )
        with override_settings(DEMO=True):
            self.assertEqual(problems(), [])

    def test_an_account_of_ones_own_may_be_called_admin(self):
        make_user("admin", is_superuser=True)
        self.assertEqual(problems(), [])
        self.assertGreater(len(demonstration_names()), 9)
