"""Running floor and subject in turn, and what the runs say."""

import gc
import math
import statistics
import time
from dataclasses import dataclass, field

from .registry import Case

ROUNDS = 7


@dataclass
class Outcome:
    """All samples, in seconds."""

    subject: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict:
        """Return medians and what follows from them, in milliseconds."""
        told = {"ms": median_ms(self.subject), "p95_ms": percentile_ms(self.subject, 95), "runs": len(self.subject)}
        if self.floor:
            told |= {"floor_ms": median_ms(self.floor), "times_floor": ratio(self.subject, self.floor)}
        if self.stock:
            told |= {"stock_ms": median_ms(self.stock), "times_faster": ratio(self.stock, self.subject)}
        return told | {"figures": self.figures}


def run(case: Case, rounds: int = ROUNDS) -> Outcome:
    """Run each once unmeasured (caches warm, imports done), then in turn."""
    outcome = Outcome()
    rounds = case.rounds or rounds
    pairs = [(case.subject, outcome.subject)]
    if case.floor:
        pairs.insert(0, (case.floor, outcome.floor))
    for work, _samples in pairs:
        once(work, case.between)
    for number in range(rounds):
        for work, samples in pairs:
            samples += once(work, case.between)
        if case.stock and number < case.stock_rounds:
            outcome.stock += once(case.stock, case.between)
    outcome.figures = case.figures()
    return outcome


def once(work, between=None) -> list[float]:
    """Run `work` and return its samples in seconds: those it returns, else the time it took."""
    if between:
        between()
    gc.collect()
    begun = time.perf_counter()
    result = work()
    took = time.perf_counter() - begun
    if isinstance(result, float):
        return [result]
    return result if isinstance(result, list) else [took]


def median_ms(samples) -> float:
    """Return the median in milliseconds."""
    return round(statistics.median(samples) * 1000, 3)


def percentile_ms(samples, percent) -> float:
    """Return the smallest sample that so many percent do not exceed, in milliseconds."""
    ordered = sorted(samples)
    return round(ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] * 1000, 3)


def ratio(one, other) -> float:
    """Return how many times `one` is `other`, by medians."""
    return round(statistics.median(one) / statistics.median(other), 2)
