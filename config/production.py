"""What must not be so where real people work: the server does not start, and `check --deploy` says why."""

import json
import logging
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connections

from operations.pooling import pool_problem

FIXTURE = "demonstration.json"
GENERAL = {"admin"}  # a name that a real account may have too

logger = logging.getLogger(__name__)


def demonstration_names() -> set[str]:
    """Return the user names that only the demonstration has."""
    rows = json.loads((settings.BASE_DIR / "fixtures" / FIXTURE).read_text(encoding="utf-8"))
    return {row["fields"]["username"] for row in rows if row["model"] == "auth.user"} - GENERAL


def problems() -> list[str]:
    """Return what is wrong, in sentences; the database not answering is no such thing."""
    if settings.DEMO:
        return []
    found = []
    if settings.DEBUG:
        found.append("正式环境不能打开 DJANGO_DEBUG：出错时会把设置和数据显示给任何人。")
    try:
        if problem := pool_problem():
            found.append(problem)
        users = get_user_model().objects.filter(username__in=demonstration_names(), is_active=True)
        names = list(users.order_by("username").values_list("username", flat=True))
    except (DatabaseError, InterfaceError) as problem:
        logger.warning("the accounts could not be looked at before the start: %s", problem)
        return found
    if names:
        found.append(f"数据库里有演示账号（{'、'.join(names)}）。演示数据不能用于正式环境，请换一个新建的数据库。")
    return found


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured where the web server must not start; `manage.py runserver` is for developers."""
    if Path(sys.argv[0]).name == "manage.py":
        return
    found = problems()
    connections.close_all()  # the server's processes come into being after this
    if found:
        raise ImproperlyConfigured(" ".join(found))


@register(Tags.security, deploy=True)
def check_production(app_configs, **kwargs):
    """Tell the same to `manage.py check --deploy`."""
    return [Error(sentence, id="config.E001") for sentence in problems()]
