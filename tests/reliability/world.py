"""A small bureau in whatever database the environment names: `python -m tests.reliability.world` prints who and what.

For tests that start real servers. The printed JSON holds the session key of everybody of the cast and the ids of one
plan, one item and one report with 10 percent.
"""

import json
import os
from importlib import import_module

import django


def main():
    """Make the bureau and print it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from tests.base import Cast

    Cast.cast()
    plan = Cast.make_plan()
    item = Cast.make_item(plan)
    report = Cast.make_report(item, Cast.make_period(), completion_percent=10, progress="已开展两次调研。")
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = {name: session_of(store, user) for name, user in Cast.people().items()}
    print(json.dumps({"sessions": sessions, "plan": plan.pk, "item": item.pk, "report": report.pk}))


def session_of(store, user):
    """Sign `user` in and return the session key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


if __name__ == "__main__":
    main()
