"""The one table: markdown for people, JSON for comparing."""

from .registry import REGISTRY, Reach
from .shape import short


def judged(results: dict, name: str, size: int, smallest: int, reach: Reach) -> list[str]:
    """Say of each thing to be reached whether it is; `results` is size → name → result of one database."""
    found, figures = results[size][name], results[size][name].get("figures", {})
    asked = [
        ("× floor", found.get("times_floor"), reach.times_floor),
        ("ms", found["ms"], reach.milliseconds),
        ("ms p95", found["p95_ms"], reach.p95_milliseconds),
        *((label, figures.get(label), most) for label, most in reach.limits.items()),
    ]
    if size != smallest and name in results.get(smallest, {}):
        asked.append((f"× {short(smallest)}", growth(results, name, size, smallest), reach.growth))
    verdicts = [(label, most, value is not None and value <= most) for label, value, most in asked if most is not None]
    words = [f"{'✓' if good else '✗'} ≤ {most:g} {label}" for label, most, good in verdicts]
    if reach.times_faster:
        good = found.get("times_faster", 0) >= reach.times_faster
        words.append(f"{'✓' if good else '✗'} ≥ {reach.times_faster:g} × faster")
    return words


def growth(results, name, size, smallest) -> float | None:
    """Return how many times the smallest size's time this is."""
    small = results[smallest][name].get("ms")
    return round(results[size][name]["ms"] / small, 2) if small else None


def markdown(run: dict) -> str:
    """Write a run (see `__main__`) as markdown."""
    machine = run["machine"]
    lines = [f"{key}: {value}  " for key, value in machine.items()]
    for sizes in run["databases"].values():
        by_size = {int(size): told["results"] for size, told in sizes.items()}
        first = next(iter(sizes.values()))
        lines += ["", f"### {first['database']}", "", f"{first.get('server', '')}".strip(), ""]
        lines += [
            "| what | reports | median ms | CPU ms | p95 | floor ms | × floor | × floor by CPU | × smallest | stock ms | × faster | else | reach |"
        ]
        lines += ["|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
        for name in dict.fromkeys(name for size in by_size.values() for name in size):
            lines += [_row(by_size, name, size) for size in by_size if name in by_size[size]]
        lines += beside_another(by_size)
        lines += ["", *(f"Disk at {short(int(size))}, MB: {_sizes(told['disk'])}" for size, told in sizes.items())]
    lines += ["", "| row | floor |", "|---|---|"]
    lines += [f"| {entry.title} | {entry.floor or '–'} |" for entry in REGISTRY.values()]
    return "\n".join(lines) + "\n"


def beside_another(by_size) -> list[str]:
    """Write what another build took for the same, where one was measured in turn with this one."""
    rows = [
        f"| {REGISTRY[name].title} | {short(size)} | {told['before_ms']:g} | {told['ms']:g} | {told['times_before']:g} | "
        f"{told['before_cpu_ms']:g} | {told['cpu_ms']:g} | {told['cpu_times_before']:g} | {told['runs']} |"
        for size, results in by_size.items()
        for name, told in results.items()
        if "before_ms" in told
    ]
    heading = (
        "| what | reports | the other build, median ms | this one | × | the other's CPU ms | this one | × | runs |"
    )
    return ["", heading, "|---" * 9 + "|", *rows] if rows else []


def _row(by_size, name, size) -> str:
    entry, found, smallest = REGISTRY[name], by_size[size][name], min(by_size)
    if "error" in found:
        return f"| {entry.title} | {short(size)} | {found['error']} |" + " |" * 10
    times = (
        growth(by_size, name, size, smallest) if size != smallest and "ms" in by_size[smallest].get(name, {}) else None
    )
    cells = [
        entry.title, short(size), _number(found["ms"]), _number(found.get("cpu_ms")), _number(found["p95_ms"]), _number(found.get("floor_ms")),
        _number(found.get("times_floor")), _number(found.get("cpu_times_floor")), _number(times), _number(found.get("stock_ms")),
        _number(found.get("times_faster")), _sizes(found["figures"]),
        "; ".join(judged(by_size, name, size, smallest, entry.reach)),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _number(value) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _sizes(figures) -> str:
    return ", ".join(
        f"{name} {value:g}" if isinstance(value, int | float) else f"{name} {value}" for name, value in figures.items()
    )
