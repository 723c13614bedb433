"""Fill an empty database with a bureau's year, by the code of whatever version this runs in (see make.py).

The demonstration, then three periods of reports in every bureau with saves, steps and a signed letter, then one row
of every model. Same dice each time. Uses only what version 0.1.0 has.
"""

import os
import random
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path.cwd()))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402

from papers.compiling import compile_feedback  # noqa: E402
from papers.signing import sign  # noqa: E402
from tests.every_url import EveryUrl  # noqa: E402
from tracking.models import Feedback, Period, Report  # noqa: E402
from tracking.periods.periods import open_period  # noqa: E402
from tracking.reports.recording import record  # noqa: E402
from tracking.reports.workflow import perform  # noqa: E402
from workplans.access import Role  # noqa: E402
from workplans.models import Membership, Organization  # noqa: E402

DICE = random.Random(20241028)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORDS = [
    "深化思政课改革创新",
    "统筹推进一体化建设",
    "开展专题调研两次",
    "完成方案初稿",
    "组织教师培训",
    "落实经费保障",
    "召开现场推进会",
    "缺少专任教师",
    "等待批复",
]


def main():
    """Fill it."""
    call_command("migrate", verbosity=0)
    call_command("prepare_demo", verbosity=0, stdout=sys.stderr)
    for organization in Organization.objects.order_by("pk"):
        people = [person(organization, name) for name in ("writer", "approver")]
        if organization.plans.exists():
            for year in sorted(set(organization.plans.values_list("year", flat=True))):
                for month in (6, 8, 9):
                    report_month(organization, year, month, *people)
    sign_a_letter()
    for organization in Organization.objects.all():  # the cast has bureaus of the same names
        organization.name += "（演示）"
        organization.save()
    EveryUrl.cast()
    EveryUrl.make_rows()
    User.objects.update(password="!")  # nobody can sign in with what is stored in public


def person(organization, name):
    """Make a supervisor."""
    user = User.objects.create(username=f"{name}{organization.pk}", first_name=name)
    Membership.objects.create(user=user, organization=organization, role=Role.SUPERVISOR)
    return user


def sentence():
    """Return made-up progress."""
    return "，".join(DICE.sample(WORDS, 4)) + f"，完成{DICE.randrange(100)}%。"


def report_month(organization, year, month, writer, approver):
    """Open a period; save, save again, submit, and approve or return some of its reports."""
    day = date(year, month, 30)
    period = Period.objects.create(
        organization=organization, label=f"{year}年1-{month}月（存档）", year=year, start_on=date(year, 1, 1), as_of=day,
        opens_on=day - timedelta(days=10), due_on=day + timedelta(days=5),
    )  # fmt: skip
    now = datetime(year, month, 25, 9, 30, tzinfo=SHANGHAI)
    open_period(period, by=approver, now=now)
    related = ("item__plan", "item__reporting_office", "period")
    for report in Report.objects.filter(period=period).select_related(*related).order_by("pk"):
        parts = {part.pk: {"progress": sentence()} for part in report.task_reports.all()}
        for _ in range(DICE.choice((0, 1, 1, 2))):
            changes = {"completion_percent": DICE.randrange(101), "progress": sentence(), "difficulties": sentence()}
            record(report, changes, by=writer, now=now, task_texts=parts)
        if report.version and DICE.random() < 0.6:
            report = perform(report, "submit", by=writer, now=now)
            if report.status == "bureau_review":
                perform(
                    report,
                    *DICE.choice((("approve",), ("approve",), ("return",))),
                    by=approver,
                    now=now,
                    note="请补充数据",
                )


def sign_a_letter():
    """Compile and sign the letter of a period with approved reports, by a leader of that bureau."""
    report = Report.objects.filter(status="approved").order_by("pk").first()
    organization = report.period.organization
    leader = User.objects.create(username="signing_leader")
    Membership.objects.create(user=leader, organization=organization, role=Role.LEADER)
    now = datetime(2024, 12, 1, 9, 30, tzinfo=SHANGHAI)
    feedback = Feedback(
        organization=organization, period=report.period, title="关于重点工作推进情况的反馈", recipient="区府办",
        basis="根据督查通知的要求，现反馈如下：", dated_on=now.date(),
    )  # fmt: skip
    by = User.objects.get(username=f"approver{organization.pk}")
    compile_feedback(feedback, Report.objects.filter(period=report.period), by=by, now=now)
    sign(feedback, by=leader, now=now, digest=feedback.digest)


if __name__ == "__main__":
    main()
