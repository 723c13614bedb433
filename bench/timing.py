"""Running floor and subject in turn, and what the runs say."""

import gc
import math
import statistics
import time
from dataclasses import dataclass, field

from .registry import Case, Spent

ROUNDS = 7


@dataclass
class Outcome:
    """All samples, in seconds."""

    subject: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # of the subject's runs, process and database together
    floor_cpu: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)  # of the other build
    before_cpu: list[float] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict:
        """Return medians and what follows from them, in milliseconds."""
        told = {"ms": median_ms(self.subject), "p95_ms": percentile_ms(self.subject, 95), "runs": len(self.subject)}
        if self.cpu:
            told["cpu_ms"] = median_ms(self.cpu)
        if self.floor_cpu and statistics.median(self.floor_cpu):
            told |= {"floor_cpu_ms": median_ms(self.floor_cpu), "cpu_times_floor": ratio(self.cpu, self.floor_cpu)}
        if self.floor:
            told |= {"floor_ms": median_ms(self.floor), "times_floor": ratio(self.subject, self.floor)}
        if self.before:
            told |= {"before_ms": median_ms(self.before), "times_before": ratio(self.before, self.subject)}
            told |= {"before_cpu_ms": median_ms(self.before_cpu), "cpu_times_before": ratio(self.before_cpu, self.cpu)}
        if self.stock:
            told |= {"stock_ms": median_ms(self.stock), "times_faster": ratio(self.stock, self.subject)}
        return told | {"figures": self.figures}


def run(case: Case, rounds: int = ROUNDS, cpu_clock=time.process_time) -> Outcome:
    """Run each once unmeasured (caches warm, imports done), then in turn. `cpu_clock` says the seconds of work so far:
    what the same costs on a machine that does nothing else."""
    outcome = Outcome()
    rounds = case.rounds or rounds
    works = [(case.subject, outcome.subject, outcome.cpu)]
    if case.floor:
        works.insert(0, (case.floor, outcome.floor, outcome.floor_cpu))
    if case.before:
        works.insert(0, (case.before, outcome.before, outcome.before_cpu))
    for work, _samples, _cpu in works:
        once(work, case.between, cpu_clock)
    for number in range(rounds):
        for work, samples, cpu in works:
            taken, worked = once(work, case.between, cpu_clock)
            samples += taken
            cpu.append(worked / len(taken))
        if case.stock and number < case.stock_rounds:
            outcome.stock += once(case.stock, case.between, cpu_clock)[0]
    outcome.figures = case.figures()
    return outcome


def once(work, between=None, cpu_clock=time.process_time) -> tuple[list[float], float]:
    """Run `work`; return its samples in seconds (those it returns, else the time it took) and its seconds of work."""
    if between:
        between()
    gc.collect()
    worked, begun = cpu_clock(), time.perf_counter()
    result = work()
    took, worked = time.perf_counter() - begun, cpu_clock() - worked
    if isinstance(result, Spent):
        return [result.seconds], result.cpu
    if isinstance(result, float):
        return [result], worked
    return (result if isinstance(result, list) else [took]), worked


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
