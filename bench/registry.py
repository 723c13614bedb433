"""The measurements there are: each a small module in `bench/measurements/` that registers a function.

The function gets a `Stage` (a filled database, its people, ways to ask for pages) and returns a `Case`: what is
measured and the floor it is measured against, as callables. They run in turn, so that a noisy machine is noisy to both.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field

# What a callable may return: nothing (its own run is timed), seconds, a list of seconds (several samples), or `Spent`.
Timed = Callable[[], object]


@dataclass(frozen=True)
class Spent:
    """What a callable knows better than the clocks of this process: its seconds, and its seconds of CPU elsewhere."""

    seconds: float
    cpu: float


@dataclass(frozen=True)
class Reach:
    """What a measurement has to reach; what is None is not asked."""

    times_floor: float | None = None  # subject ≤ so many times the floor
    growth: float | None = None  # subject ≤ so many times the subject at the smallest size measured
    times_faster: float | None = None  # at least so many times faster than stock
    milliseconds: float | None = None  # the subject's median
    p95_milliseconds: float | None = None  # of all samples of the subject
    limits: dict[str, float] = field(default_factory=dict)  # name of a figure → at most


@dataclass
class Case:
    """One measurement made ready at one size. `stock` is what the same costs with nothing of ours, run `stock_rounds`
    times; `figures` is called last and returns what else is to be told (queries, KiB, MB), by name."""

    subject: Timed
    floor: Timed | None = None
    stock: Timed | None = None
    before: Timed | None = None  # the subject in another build, where one is measured beside this one
    figures: Callable[[], dict[str, float]] = dict
    rounds: int | None = None
    stock_rounds: int = 1
    between: Callable[[], None] | None = None  # called before each run of anything, not timed


@dataclass(frozen=True)
class Measurement:
    """A row of the table. `sizes`, where given, are the only numbers of reports it is made at."""

    name: str
    title: str
    floor: str
    reach: Reach
    prepare: Callable[..., Case]
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    sizes: tuple[int, ...] = ()


REGISTRY: dict[str, Measurement] = {}


def measurement(*, title: str, floor: str = "", reach: Reach | None = None, name: str = "", **options):
    """Register a function `prepare(stage) -> Case`; `name` is the function's own where none is given."""

    def register(prepare):
        entry = Measurement(name or prepare.__name__, title, floor, reach or Reach(), prepare, **options)
        if entry.name in REGISTRY:
            raise ValueError(f"two measurements are called {entry.name}")
        REGISTRY[entry.name] = entry
        return prepare

    return register


def load_all(*, of_this_build: bool = True) -> dict[str, Measurement]:
    """Import every module of `bench/measurements/` (Django must be set up) and return the registry.

    In another build those are left out that measure what it has not got.
    """
    from bench import measurements

    for module in sorted(pkgutil.iter_modules(measurements.__path__), key=lambda module: module.name):
        try:
            importlib.import_module(f"{measurements.__name__}.{module.name}")
        except ImportError:
            if of_this_build:
                raise
    return REGISTRY
