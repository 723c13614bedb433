"""Print the last migration of each application of the release this file lies in, a line each: `tracking 0008_name`."""

import os
import sys
from pathlib import Path

import django

RELEASE = Path(__file__).resolve().parent.parent


def main():
    """Print them; no database is asked."""
    sys.path.insert(0, str(RELEASE))
    os.chdir(RELEASE)
    # Settings need a key to be read; nothing is signed here.
    os.environ.setdefault("DJANGO_SECRET_KEY", "not-used-" * 8)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db.migrations.loader import MigrationLoader

    for app, name in sorted(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()):
        print(app, name)


if __name__ == "__main__":
    main()
