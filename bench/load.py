"""A burst of requests as something to measure: what one of them costs, and what came of all."""

from django.db import connection

from .registry import Spent
from .server import cpu_seconds, load
from .timing import percentile_ms

SECONDS = 2.0
FULL_SIZE = 10_000  # in less, made for tests, a burst is short


class Load:
    """Have clients do `job` for a while at each call; `server` is what they ask, None where they need none."""

    def __init__(self, stage, server, job, database=None):
        self.server, self.database = server, database or connection.settings_dict["NAME"]
        self.job = job | {"seconds": SECONDS if stage.shape.asked >= FULL_SIZE else 0.2}
        if server:
            self.job |= {"host": "127.0.0.1", "port": server.port}
        self.done, self.times, self.rates, self.errors = 0, [], [], {}

    def __call__(self) -> Spent:
        """Run one burst; return seconds by the clock and of CPU for each request that was answered."""
        before = cpu_seconds(self._processes())
        told = load(self.job)
        after = cpu_seconds(self._processes())
        count = len(told["times"])
        if not count:
            raise RuntimeError(f"no request was answered: {told['errors']}")
        self._note(told, count)
        worked = sum(seconds - before.get(process, 0) for process, seconds in after.items())
        return Spent(told["seconds"] / count, worked / count)

    def figures(self, prefix="") -> dict[str, float]:
        """Return rate (of all bursts together), p95 and how many requests failed, with the names of the errors."""
        answered, seconds = map(sum, zip(*self.rates, strict=True))
        told = {
            "req/s": round(answered / seconds, 1),
            "p95 ms": percentile_ms(self.times, 95),
            "errors": sum(self.errors.values()),
        }
        return {f"{prefix}{name}": value for name, value in (told | self.errors).items()}

    def _note(self, told, count):
        self.done += count
        self.times += told["times"]
        self.rates.append((count, told["seconds"]))
        for name, number in told["errors"].items():
            self.errors[name] = self.errors.get(name, 0) + number
        for client in self.job["clients"]:
            for report in client.get("versions", ()):
                client["versions"][report] = told["versions"][report]

    def _processes(self) -> list[int]:
        """Return the server's processes, and the database's that serve the database."""
        found = self.server.processes() if self.server else []
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                    [str(self.database)],
                )
                found += [row[0] for row in cursor.fetchall()]
        return found
