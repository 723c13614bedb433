"""manage.py prepare_demo: the database of `make run`; a second time it changes no data."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from demonstration.playing import play
from tracking.notices.digests import make_digests
from workplans.models import Organization

FIXTURE = "demonstration"
ACCOUNTS_FILE = "demo-accounts.txt"


class Command(BaseCommand):
    """Migrate; on an empty database also load the fixtures and seeds, play a year of reporting, make accounts."""

    help = "建立演示数据库：迁移、载入单位和人员、导入五份文件、演一遍各期填报、生成账号。再次运行不改动数据。"

    def handle(self, *args, **options):
        """Run the steps, announcing each."""
        self.stdout.write("  · 更新数据库结构")
        call_command("migrate", verbosity=0, interactive=False)
        if Organization.objects.exists():
            self.stdout.write("  · 已有数据，不作改动")
        else:
            self._fill()
        self._show_accounts()

    def _fill(self):
        self.stdout.write("  · 载入单位、科室和人员")
        call_command("loaddata", FIXTURE, verbosity=0)
        seeds = sorted(Path(settings.BASE_DIR, "seeds").glob("*.txt"))
        for number, seed in enumerate(seeds, start=1):
            self.stdout.write(f"  · 导入文件 {number}/{len(seeds)}：{seed.name}")
            self._import(seed)
        self.stdout.write("  · 开启填报期，填写、审核、催办")
        today = timezone.localdate()
        play(today, self.stdout.write)
        make_digests(today)
        self.stdout.write("  · 生成账号")
        self._make_passwords()

    def _import(self, seed):
        try:
            call_command("import_document", str(seed), stdout=self.stdout, stderr=self.stdout)
        except SystemExit as failed:
            raise CommandError(f"{seed.name} 没有导入成功，请看上面的说明。") from failed

    def _make_passwords(self):
        lines = ["演示账号（仅供试用；每行：用户名 密码 身份）", ""]
        for user in get_user_model().objects.order_by("pk"):
            password = secrets.token_urlsafe(9)
            user.set_password(password)
            user.save(update_fields=["password"])
            lines.append(f"{user.username:<15} {password:<14} {user.first_name}")
        path = settings.VAR_DIR / ACCOUNTS_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        self.stdout.write("\n" + "\n".join(lines) + "\n")

    def _show_accounts(self):
        self.stdout.write(f"账号和密码保存在 {settings.VAR_DIR / ACCOUNTS_FILE}")
