"""The process in which templates are checked and filled: limits first, then the question, then the answer.

Asked by `sandbox.py`. A question is ("check", content, kind) or ("fill", content, kind, letter, words); an answer
("problems", [sentences]) or ("filled", bytes).
"""

import gc
import pickle
import sys
import traceback
from importlib import import_module

from importer.sandbox_child import limit


def prepare() -> None:
    """Load what a template needs, in the process this one is a copy of."""
    for module in ("papers.letter", "papers.templating.check", "papers.templating.fill"):
        import_module(module)


def answer(question: tuple) -> tuple:
    """Check or fill a template."""
    from papers.letter import Letter

    from .check import problems_of
    from .fill import fill

    verb, content, kind, *rest = question
    if verb == "check":
        return "problems", problems_of(content, kind)
    letter, words = rest
    return "filled", fill(content, kind, Letter.from_json(letter), **words)


def main() -> None:
    """Answer once."""
    gc.disable()
    limit()
    try:
        output = answer(pickle.loads(sys.stdin.buffer.read()))
    except MemoryError:
        output = ("hungry", None)
    except Exception:
        traceback.print_exc()
        output = ("broken", None)
    sys.stdout.buffer.write(pickle.dumps(output))
