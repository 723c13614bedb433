"""Which answers an address gives, for the document: the good one, and the problems."""

from .fields import ProblemForm

ALWAYS = (401, 422, 429, 500, 503)


def answers(form, *, missing: bool = False, more: dict | None = None) -> dict:
    """Return status → form: of the good answer, of the problems every address has, and of those in `more`."""
    problems = [*ALWAYS, *([404] if missing else [])]
    return {200: form} | dict.fromkeys(problems, ProblemForm) | (more or {})
