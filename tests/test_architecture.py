"""Imports go one way: config → accounts, tracking → workplans → audit; in the importer only the loading parts know Django."""

import ast
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

ROOT = Path(settings.BASE_DIR)
# Inside an app: who may import whom (views → forms, verbs, numbers → models → access).
FORBIDDEN = {
    "audit": {"workplans", "accounts", "tracking", "operations", "config"},
    "workplans": {"accounts", "tracking", "operations", "config"},
    "accounts": {"tracking", "operations", "config"},
    "tracking": {"accounts", "operations", "config"},
    "operations": {"workplans", "accounts", "tracking", "config"},  # it runs beside them, whatever they keep
}
KNOW_DJANGO = {"load.py", "officebook.py"}
FLOORS = {
    "workplans/access.py": {"workplans.models", "workplans.views", "workplans.admin"},
    "workplans/models": {"workplans.views", "workplans.admin", "workplans.forms"},
    "tracking/models": {"tracking.views", "tracking.admin", "tracking.reports.forms", "boards.board"},
    "boards/board.py": {"tracking.views", "tracking.admin", "tracking.reports.forms"},
    "tracking/reports/recording.py": {"tracking.views", "tracking.admin", "tracking.reports.forms"},
    "tracking/exports": {"tracking.admin"},
}


def imports(path):
    """Return the absolute names of the modules a file imports."""
    package = path.relative_to(ROOT).parent.parts
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names |= {stem, *(f"{stem}.{alias.name}" for alias in node.names)}
    return names


def within(name, module):
    """Say whether `name` is `module` or inside it."""
    return name == module or name.startswith(f"{module}.")


class ImportDirectionTest(SimpleTestCase):
    """The house of docs/architecture.md stands."""

    def assert_free_of(self, path, barred):
        bad = {name for name in imports(path) for module in barred if within(name, module)}
        with self.subTest(file=str(path.relative_to(ROOT))):
            self.assertEqual(bad, set())

    def test_no_app_imports_one_above_it(self):
        for app, barred in FORBIDDEN.items():
            for path in (ROOT / app).rglob("*.py"):
                self.assert_free_of(path, barred)

    def test_only_the_loading_parts_of_the_importer_know_django(self):
        pure = [p for p in (ROOT / "workplans" / "importer").glob("*.py") if p.name not in KNOW_DJANGO]
        self.assertGreater(len(pure), 5)
        for path in pure:
            self.assert_free_of(path, {"django", "workplans.models", "workplans.access", "workplans.history"})

    def test_what_runs_in_the_process_of_templates_knows_no_django(self):
        """It starts without settings; `sandbox.py` is the application's side of it."""
        letters = [ROOT / "tracking" / "letters" / f"{name}.py" for name in ("paper", "tables", "fields", "samples")]
        exports = [ROOT / "tracking" / "exports" / f"{name}.py" for name in ("letter", "letter_styles")]
        for path in (*letters, *exports, *(ROOT / "tracking" / "templating").glob("*.py")):
            self.assert_free_of(path, {"django", "tracking.models", "workplans.models"})

    def test_lower_floors_do_not_know_upper_ones(self):
        for place, barred in FLOORS.items():
            root = ROOT / place
            for path in [root] if root.is_file() else root.rglob("*.py"):
                self.assert_free_of(path, barred)

    def test_roles_are_known_to_access_alone(self):
        """Elsewhere nobody compares a role: what may be done is asked of `access`."""
        for app in FORBIDDEN.keys() | {"config"}:
            for path in (ROOT / app).rglob("*.py"):
                if path.name in ("access.py", "organization.py") or "migrations" in path.parts:
                    continue
                self.assert_free_of(path, {"workplans.access.Role", "workplans.models.Membership"} - self.allowed(path))

    def allowed(self, path):
        """The package of models re-exports Membership; its admin shows it."""
        return {"workplans.models.Membership"} if path.name == "__init__.py" else set()
