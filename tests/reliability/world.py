"""A small bureau in whatever database the environment names: `python -m tests.reliability.world` prints who and what.

For tests that start real servers. The printed JSON holds the session key of everybody of the cast and the ids of one
plan, of its first item, and of the items' reports, each at 10 percent. `--items N` makes more than one.
"""

import argparse
import json
import os

import django


def main():
    """Make the bureau and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1)
    wanted = parser.parse_args().items
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

    from tests.base import Cast

    Cast.cast()
    plan = Cast.make_plan()
    items = [Cast.make_item(plan) for _number in range(wanted)]
    texts = {"completion_percent": 10, "progress": "已开展两次调研。"}
    period = Cast.make_period()
    reports = [Cast.make_report(item, period, **texts).pk for item in items]
    sessions = {name: session_of(user) for name, user in Cast.people().items()}
    print(json.dumps({"sessions": sessions, "plan": plan.pk, "item": items[0].pk, "reports": reports}))


def session_of(user):
    """Sign `user` in and return the session key."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


if __name__ == "__main__":
    main()
