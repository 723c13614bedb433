"""The house of docs/architecture.md stands: one table of rooms says who may look into which."""

import ast
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

ROOT = Path(settings.BASE_DIR)

# Room → the rooms it may look into, besides itself. `config` puts the house together; tests and scripts stand outside.
ROOMS = {
    "importer": (),
    "audit": (),
    "operations": ("audit",),
    "workplans": ("importer", "audit"),
    "accounts": ("workplans", "audit"),
    "tracking": ("workplans", "importer", "audit"),
    "boards": ("tracking", "workplans", "importer", "audit"),
    "intake": ("boards", "tracking", "workplans", "importer", "audit"),
    "sheets": ("boards", "tracking", "workplans", "importer", "audit"),
    "api": ("sheets", "boards", "tracking", "accounts", "workplans", "importer", "audit", "operations"),
    "papers": ("sheets", "boards", "tracking", "workplans", "importer", "audit"),
    "demonstration": ("papers", "sheets", "intake", "boards", "tracking", "workplans", "importer", "audit"),
    "config": (
        "operations",
        "audit",
        "accounts",
        "workplans",
        "tracking",
        "boards",
        "intake",
        "sheets",
        "api",
        "papers",
        "demonstration",
    ),
}
WITH_MODELS = {"workplans", "tracking", "accounts", "audit"}
# Inside a room the lower floors do not know the upper ones; a floor is recognised by the name of the module.
FLOORS = (("access",), ("models",), ("forms",), ("views", "admin", "urls"))
# What runs in a process without settings: it knows neither Django nor the models.
WITHOUT_DJANGO = (
    "importer",
    "papers/templating",
    "papers/docx.py",
    "papers/docx_styles.py",
    "papers/fields.py",
    "papers/letter.py",
    "papers/shapes.py",
    "papers/letter_tables.py",
)


def modules(place: str) -> list[Path]:
    """Return the Python files of a room, a folder or one file; migrations stay out, they are history."""
    root = ROOT / place
    return [root] if root.is_file() else [path for path in sorted(root.rglob("*.py")) if "migrations" not in path.parts]


@lru_cache
def imports(path: Path) -> frozenset[str]:
    """Return the absolute names of what a file imports, `module.name` for each name of a module."""
    package = path.relative_to(ROOT).parent.parts
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names |= {stem, *(f"{stem}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def module_name(path: Path) -> str:
    """Return the dotted name of a file's module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def circles(edges: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of modules that reach each other, by Tarjan's algorithm."""
    order, low, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for target in edges.get(node, ()):
            if target not in order:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], order[target])
        if low[node] == order[node]:
            group = set(stack[stack.index(node) :])
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(group)

    for node in edges:
        if node not in order:
            visit(node)
    return found


class RoomsTest(SimpleTestCase):
    """Imports go one way."""

    def assert_free_of(self, path, barred):
        bad = {name for name in imports(path) for module in barred if name == module or name.startswith(f"{module}.")}
        with self.subTest(file=str(path.relative_to(ROOT))):
            self.assertEqual(bad, set())

    def test_every_app_is_a_room(self):
        apps = {name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()}
        self.assertEqual(set(ROOMS) - apps, {"importer", "config"})
        self.assertEqual(apps - set(ROOMS), set())

    def test_a_room_looks_only_into_those_it_may(self):
        for room, allowed in ROOMS.items():
            barred = ROOMS.keys() - {room, *allowed} | {"tests", "bench", "scripts"}
            for path in modules(room):
                self.assert_free_of(path, barred)

    def test_every_room_says_who_lives_there(self):
        for room in ROOMS:
            with self.subTest(room):
                self.assertTrue(ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))))

    def test_models_and_migrations_live_in_the_rooms_that_have_them(self):
        for room in ROOMS.keys() - WITH_MODELS:
            with self.subTest(room):
                self.assertEqual([*(ROOT / room).glob("models*"), *(ROOT / room).glob("migrations")], [])

    def test_no_modules_import_each_other_in_a_circle(self):
        known = {module_name(path) for room in ROOMS for path in modules(room)}
        edges = {}
        for room in ROOMS:
            for path in modules(room):
                own = module_name(path)
                # A package's __init__ gathers what its modules define; they in turn do not import from it.
                targets = {name for name in imports(path) & known if not own.startswith(f"{name}.")}
                edges[own] = targets - {own}
        self.assertGreater(len(edges), 200)
        self.assertEqual(circles(edges), [])

    def test_a_circle_would_be_seen(self):
        self.assertEqual(circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}), [{"b", "c"}])

    def test_what_runs_without_settings_knows_no_django(self):
        for place in WITHOUT_DJANGO:
            self.assertTrue(modules(place), place)
            for path in modules(place):
                self.assert_free_of(path, {"django", "tracking.models", "workplans.models"})

    def test_lower_floors_do_not_know_upper_ones(self):
        for room in ROOMS:
            for path in modules(room):
                parts = module_name(path).split(".")
                own = next((n for n, names in enumerate(FLOORS) if set(names) & set(parts)), None)
                above = [name for names in FLOORS[own + 1 :] for name in names] if own is not None else []
                bad = {
                    name for name in imports(path) if name.split(".")[0] == room and set(name.split(".")) & set(above)
                }
                with self.subTest(file=str(path.relative_to(ROOT))):
                    self.assertEqual(bad, set())

    def test_roles_are_known_to_access_alone(self):
        """Elsewhere nobody compares a role: what may be done is asked of `access`."""
        for room in ROOMS:
            for path in modules(room):
                if path.parent.name == "access" or path.name == "organization.py":
                    continue
                barred = {"workplans.access.Role", "workplans.access.roles", "workplans.models.Membership"}
                self.assert_free_of(path, barred - self.allowed(path))

    def allowed(self, path):
        """The package of models re-exports Membership; who brings 任职 in by workbook or directory reads and writes it."""
        keeps_people = path.parent in (ROOT / "accounts" / "people", ROOT / "accounts" / "directory")
        return {"workplans.models.Membership"} if path.name == "__init__.py" or keeps_people else set()
