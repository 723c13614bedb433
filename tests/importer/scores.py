"""`python -m tests.importer.scores [TABLE …]`: what is read wrong, and how many of each field are read right."""

import sys
from collections import Counter

from tests.importer.reading import cases, differences, tables


def main(names: list[str]) -> int:
    """Print the wrong readings and the table of scores; the number of documents read wrong."""
    counts: Counter = Counter()
    wrong = total = 0
    for table in names or tables():
        for case in cases(table):
            found = differences(case, counts)
            total, wrong = total + 1, wrong + bool(found)
            if found:
                print(f"\n{table}: {case.name}", *found, sep="\n   ")
    print(f"\n{total - wrong} of {total} documents read right")
    for field in sorted({field for field, _ in counts}):
        asked, right = counts[field, "asked"], counts[field, "right"]
        print(f"{field:24} {right:6} of {asked:6}  {right / asked:.3f}")
    return wrong


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
