"""Which column of a table is the title, which the body, which heads sections: inferred from headings and cells.

Every column of words is a candidate for the title. What speaks for it and against it is weighed (`weights.TITLE_COLUMN`); the best
is taken. Columns that hold for several tasks each (merged, repeated, or left blank below) stand above it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from importer.files.tables import Cell

from .table_content import ColumnFacts, facts_of, is_text, kind_by_content
from .table_head import Head
from .table_headings import NAMING, SUB, TEXTS, ColumnKind
from .table_rows import Row, is_continued, is_lone, is_no_task
from .weights import TITLE_COLUMN

OWN = (*NAMING, ColumnKind.DEADLINE, ColumnKind.LEADER, ColumnKind.PERIOD)
WORDS = (*TEXTS, ColumnKind.GROUP)
SHORT, LONG = 40, 80  # mean characters of a title's cells
COARSE = 0.5  # of the rows must stand under a cell that holds for several of them


@dataclass(frozen=True)
class Blocks:
    """How a column divides the rows: the rows a cell of it begins at, and of which block each row is part."""

    starts: frozenset[int]
    block: tuple[int, ...]


@dataclass
class TableShape:
    """What each column of a table is to the plan."""

    head: Head
    title: int
    bodies: list[int]
    groups: list[int] = field(default_factory=list)
    group_texts: dict[int, int] = field(default_factory=dict)  # column -> the group it describes
    group_numbers: dict[int, int] = field(default_factory=dict)  # group -> the column of its numbers
    numbers: list[int] = field(default_factory=list)  # columns of the items' own numbers
    unread: list[int] = field(default_factory=list)  # columns that were not understood


def shape_of(head: Head, rows: Sequence[Row]) -> TableShape | None:
    """The shape of a table; None where no column holds tasks."""
    tasks = rows_of_tasks(head, rows)
    cells: dict[int, list[Cell]] = {column: [] for column in {*head.kinds, *head.names}}
    for row in tasks:
        for column, cell in row.cells.items():
            cells.setdefault(column, []).append(cell)
    facts = {column: facts_of(found) for column, found in cells.items()}
    head, unread = settled(head, facts)
    words = [column for column in head.columns(*WORDS) if facts[column].cells]
    if ColumnKind.TITLE not in head.kinds.values():  # the title's heading may be one that nobody knows
        words = sorted([*words, *(column for column in unread if is_text(facts[column]))])
    if not words:
        return None
    blocks = {
        column: blocks_of(column, tasks, head.kinds.get(column))
        for column in [*words, *head.columns(ColumnKind.NUMBER)]
    }
    own = own_rows(head, tasks, blocks, words)
    title = best_title(words, head, facts, blocks, own)
    head = replace(head, kinds=head.kinds | {title: ColumnKind.TITLE})
    shape = TableShape(head, title, [], unread=[column for column in unread if column != title])
    merged = {column for column, found in cells.items() if any(cell.rows > 1 for cell in found)}
    sort_out(shape, [column for column in words if column in head.kinds], blocks, own, merged)
    unknown = {
        column: blocks_of(column, tasks, None) for column in shape.unread if column < title and is_text(facts[column])
    }
    above = [column for column, found in unknown.items() if is_above(found, blocks[title], own)]
    shape.groups = sorted([*shape.groups, *above])
    shape.unread = [column for column in shape.unread if column not in above]
    return shape


def rows_of_tasks(head: Head, rows: Sequence[Row]) -> list[Row]:
    """The rows that tell what the columns are: without headings, totals, notes and what our own sheet repeats."""
    numbers = head.columns(ColumnKind.NUMBER)
    filled = [row for row in rows if not is_no_task(row, head) and not is_continued(row, numbers)]
    return [row for row in filled if not is_lone(row, head)] or filled


def settled(head: Head, facts: dict[int, ColumnFacts]) -> tuple[Head, list[int]]:
    """The head with what its columns' cells say of them, and the columns that stay unknown."""
    first = min(facts, default=0)
    names = {column: head.names.get(column, "") for column in sorted(facts)}
    head = replace(head, names=names)
    kinds: dict[int, ColumnKind] = {}
    for column, found in sorted(facts.items()):
        beside = kinds.get(column - 1)
        if not names[column] and beside in WORDS and is_text(found):  # one heading over two columns
            kinds[column] = beside
            continue
        kind = kind_by_content(head.kinds.get(column), found, column == first)
        if (
            kind is ColumnKind.DEADLINE
            and head.kinds.get(column) is None
            and ColumnKind.DEADLINE in head.kinds.values()
        ):
            kind = None
        if kind is not None:
            kinds[column] = kind
    unread = [column for column in head.unknown if column not in kinds and facts[column].cells]
    return replace(head, kinds=kinds), unread


def blocks_of(column: int, rows: Sequence[Row], kind: ColumnKind | None) -> Blocks:
    """How a column divides the rows: a cell that is merged, repeated or followed by blanks holds for what is below; but
    measures that are the same by chance (全年推进) are each row's own."""
    starts, block, shown = set(), [], None
    last = -1
    for index, row in enumerate(rows):
        cell = row.cells.get(column) or row.over(column)
        if cell is not None and (cell.text != shown or kind is ColumnKind.BODY):
            starts.add(index)
            shown, last = cell.text, index
        block.append(last)
    return Blocks(frozenset(starts), tuple(block))


def own_rows(head: Head, rows: Sequence[Row], blocks: dict[int, Blocks], words: Sequence[int]) -> list[int]:
    """The rows that stand for a task of their own: with a number, offices or a deadline of their own."""
    wanted = [*head.columns(*OWN), *head.columns(ColumnKind.NUMBER)]
    own = [index for index, row in enumerate(rows) if any(column in row.cells for column in wanted)]
    return own or sorted(set().union(*(blocks[column].starts for column in words)))


def best_title(
    words: Sequence[int], head: Head, facts: dict[int, ColumnFacts], blocks: dict[int, Blocks], own: Sequence[int]
) -> int:
    """The column that is worth most as the title."""
    fine = [column for column in words if shared(blocks[column], own) < COARSE] or list(words)

    def worth(column: int) -> float:
        kind, found = head.kinds.get(column), facts[column]
        told = {
            "titled": kind is ColumnKind.TITLE,
            "unknown": kind is None,
            "first": column == fine[0],
            "sub": bool(SUB.search(head.names.get(column, ""))),
            "kinds": kind is ColumnKind.GROUP,
            "coarse": shared(blocks[column], own),
            "filled": sum(1 for index in own if index in blocks[column].starts) / max(1, len(own)),
            "distinct": found.distinct,
            "short": found.length <= SHORT,
            "long": found.length > LONG,
            "place": words.index(column),
        }
        return sum(TITLE_COLUMN[name] * value for name, value in told.items())

    return max(words, key=lambda column: (worth(column), -column))


def shared(blocks: Blocks, own: Iterable[int]) -> float:
    """The share of rows that stand with others under one cell."""
    counts: dict[int, int] = {}
    for index in own:
        counts[blocks.block[index]] = counts.get(blocks.block[index], 0) + 1
    total = sum(counts.values())
    return sum(count for count in counts.values() if count > 1) / total if total else 0.0


def sort_out(
    shape: TableShape, words: Sequence[int], blocks: dict[int, Blocks], own: Sequence[int], merged: set[int]
) -> None:
    """Tell the columns that stand above the title from those that describe the task, and whose the numbers are;
    `merged` are those with cells merged downwards."""
    head, title = shape.head, shape.title
    for column in words:
        if column == title:
            continue
        above = is_above(blocks[column], blocks[title], own)
        kind = head.kinds[column]
        same = next((group for group in shape.groups if blocks[group].starts == blocks[column].starts), None)
        if same is not None and kind is not ColumnKind.GROUP and (column < title or column in merged):
            shape.group_texts[column] = same
        elif (
            (kind is ColumnKind.GROUP and column < title)
            or (above and column < title)
            or (kind is ColumnKind.GROUP and facts_repeat(blocks[column], own))
        ):
            shape.groups.append(column)
        else:
            shape.bodies.append(column)
    for column in head.columns(ColumnKind.NUMBER):
        group = next(
            (
                g
                for g in shape.groups
                if g not in shape.group_numbers and is_number_of(blocks[column], blocks[g], blocks[title])
            ),
            None,
        )
        if group is None or (column > group and column > title):
            shape.numbers.append(column)
        else:
            shape.group_numbers[group] = column


def facts_repeat(blocks: Blocks, own: Sequence[int]) -> bool:
    """Whether a column of kinds says the same for several rows on end."""
    return shared(blocks, own) >= COARSE


def is_above(column: Blocks, title: Blocks, own: Sequence[int]) -> bool:
    """Whether a column's cells each hold for several titles."""
    return shared(column, own) >= COARSE and len(column.starts) < len(title.starts)


def is_number_of(numbers: Blocks, group: Blocks, title: Blocks) -> bool:
    """Whether numbers are those of the groups and not of the titles: they begin where the groups do."""
    return numbers.starts == group.starts and numbers.starts != title.starts
