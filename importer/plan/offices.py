"""Where a text names the offices that answer for an item: in brackets, in lines of their own, in last sentences.

`office_stretches` says where in a passage offices stand; `office_names.py` which they are and what the text
calls them. A bracket without a label is judged by its shape (`weights.OFFICES`), not by a list of names.
"""

import re
from functools import lru_cache

from .office_names import (
    INNER_SPACE,
    NOBODY,
    Clause,
    NamedOffices,
    clauses_of,
    is_known,
    is_like_name,
    is_named_office,
    is_person,
    is_strong,
    leaders_in,
    names_with_roles,
    read_offices,
    role_of,
    split_names,
    unlabelled_clauses,
)
from .office_words import (
    COUNT,
    ENDING_WORDS,
    FULL_LABEL,
    LABEL,
    LEAD,
    NAME_END,
    OPENERS,
    PERSON,
    PURE_TIME,
    SUPPORT,
    TIME_CLAUSE,
    TIME_LABEL,
)
from .weights import OFFICES, OFFICES_DOUBTFUL_FROM, OFFICES_FROM

__all__ = [
    "LEAD",
    "NAME_END",
    "SUPPORT",
    "NamedOffices",
    "names_with_roles",
    "office_stretches",
    "read_offices",
    "role_of",
    "split_names",
]

CLAUSE_END = re.compile(r"[，,；;]")
LONGEST_STATEMENT = 500  # characters; a longer bracket is text
BRACKET = re.compile(r"[()（）【】\[\]〔〕〈〉]")
BEHIND_ENDED = re.compile(r"\s?[)】\]]?[。；;]?")
BEHIND = re.compile(r"\s?[)】\]]?")


def office_stretches(view: str, familiar: frozenset[str] = NOBODY) -> list[tuple[int, int]]:
    """Where in a paragraph's view offices stand, as ranges in order; empty where it names none.

    `familiar` are names of offices known from elsewhere, whatever they end in.
    """
    return list(places(view, familiar)[0])


def doubtful_stretches(view: str, familiar: frozenset[str] = NOBODY) -> list[tuple[int, int]]:
    """Brackets that look like offices and were not read as such: a person should look."""
    return list(places(view, familiar)[1])


@lru_cache(maxsize=8192)
def places(view: str, familiar: frozenset[str]) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The stretches that name offices, and the doubtful ones."""
    stretches, doubtful = bracketed(view, familiar)
    is_told = bool(stretches) and LABEL.match(
        view, stretches[-1][0] + 1
    )  # a bracket with a label: no line says it again
    line = None if is_told else labelled_line(view) or (None if stretches else closing_sentence(view, familiar))
    if line and not any(start <= line[0] < end for start, end in stretches):
        stretches = [stretch for stretch in stretches if stretch[0] < line[0]] + [line]
        doubtful = [stretch for stretch in doubtful if stretch[0] < line[0]]
    return tuple(stretches), tuple(doubtful)


def bracketed(view: str, familiar: frozenset[str]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Brackets that hold offices, with the full stop after them, and doubtful ones; a bracket may be closed wrongly or not at all."""
    stretches: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = []
    position = 0
    for start, end in bracket_pairs(view):
        if start < position or end - start > LONGEST_STATEMENT:
            continue
        at_end = not view[end + 1 : end + 20].strip(" 。；;\n")
        in_sentence = view[end + 1 : end + 2] == "。" and view[:start].rstrip()[-1:] not in ("。", "；", ";", "")
        score = score_of_bracket(view[start + 1 : end], at_end, in_sentence, familiar)
        if score >= OFFICES_FROM:
            ended = view[:start].rstrip()[-1:] in ("。", "；", "")  # else the full stop ends what stands before
            after = BEHIND_ENDED if ended else BEHIND
            behind = after.match(view, end + 1)
            position = max(min(len(view), end + 1), behind.end() if behind else 0)
            stretches.append((start, position))
        elif score >= OFFICES_DOUBTFUL_FROM and at_end:
            doubtful.append((start, end + 1))
    return stretches, doubtful


def bracket_pairs(view: str) -> list[tuple[int, int]]:
    """Every opening bracket with the one that closes it, of whatever form; an open one reaches the last closer, or the end."""
    closed_by: dict[int, int] = {}
    opened: list[int] = []
    last_closer = -1
    for bracket in BRACKET.finditer(view):
        if bracket.group(0) in OPENERS:
            opened.append(bracket.start())
            continue
        last_closer = bracket.start()
        if opened:
            closed_by[opened.pop()] = last_closer
    for start in opened:
        closed_by[start] = last_closer if last_closer > start else len(view)
    return sorted(closed_by.items())


def score_of_bracket(inside: str, at_end: bool, in_sentence: bool, familiar: frozenset[str]) -> float:
    """How much speaks for a bracket naming offices: a label settles it, else its shape (`weights.OFFICES`)."""
    inside = INNER_SPACE.sub("", inside).strip()
    if len(inside) < 2:
        return 0
    if LABEL.match(inside) or (TIME_LABEL.match(inside) and LABEL.search(inside)):
        return OFFICES_FROM if is_statement(inside) else 0
    if LABEL.search(inside) and len(inside) > 80:
        return 0
    return score_of_clauses(clauses_of(inside), at_end, in_sentence, familiar)


def score_of_clauses(clauses: list[Clause], at_end: bool, in_sentence: bool, familiar: frozenset[str]) -> float:
    """The sum of the signs in a statement without a label."""
    score = OFFICES["at_end"] if at_end else 0
    verbs = [clause.verb for clause in clauses if clause.verb and clause.is_names]
    if any(is_strong(verb) for verb in verbs):
        score += OFFICES["strong_verb"]
    elif verbs:
        score += OFFICES["weak_verb"]
    elif not at_end:
        score += OFFICES["in_the_middle_without_verb"]
    elif in_sentence:
        score += OFFICES["in_the_sentence_without_verb"]
    count = 0
    for clause in clauses:
        if not clause.is_names:
            score += OFFICES["remark" if count else "no_name"]
            continue
        for name, _ in clause.names:
            count += 1
            score += OFFICES[sign_of(name, familiar, bool(verbs))]
    return score if count else 0


def sign_of(name: str, familiar: frozenset[str], has_verb: bool) -> str:
    """Which sign a name is; 展台 and 值班 are offices only where a verb says so."""
    if name in familiar:
        return "known_name"
    if not is_like_name(name):
        return "no_name"
    if is_person(name, familiar):
        return "person"
    is_office = is_known(name, familiar) if has_verb else is_named_office(name, familiar)
    return "known_name" if is_office else "strange_name"


def all_names(text: str, least: int) -> bool:
    """Whether a text is nothing but names of offices and the words that give them a role."""
    names = [name for name, _ in names_with_roles(text)]
    return len(names) >= least and all(
        len(name) <= 20 and NAME_END.search(name) and not COUNT.search(name) for name in names
    )


def labelled_line(view: str) -> tuple[int, int] | None:
    """A line of its own, or the last sentence, that begins with a label (`责任科室：…`)."""
    for match in LABEL.finditer(view):
        before = view[: match.start()].rstrip()
        rest = view[match.end() :].rstrip(" 。\n")
        is_free = (
            not before
            or before[-1] in "。；;"
            or (
                before[-1] in "，,"
                and match.group(0).rstrip().endswith((":", "："))
                and bool(FULL_LABEL.search(match.group(0)))
            )
        )
        if is_free and all(map(is_labelled, rest.split("。")[1:])) and len(rest) <= 300:
            said = view[match.start() :]
            return (len(before.rstrip("，,")), len(view)) if is_statement(said) or names_people(said) else None
    return None


def is_labelled(sentence: str) -> bool:
    """Whether a sentence behind a label's begins with a label too (`责任单位：A。完成时限：6月底。`)."""
    return bool(LABEL.match(sentence.strip()) or TIME_LABEL.match(sentence.strip()))


def begins_with_label(view: str) -> bool:
    """Whether a line begins with a label such as `责任科室：` or `完成时限：`."""
    match = LABEL.match(view)
    return bool(
        (match and (FULL_LABEL.search(match.group(0)) or PERSON.match(match.group(0)))) or TIME_LABEL.match(view)
    )


def is_statement(text: str) -> bool:
    """Whether a text that begins with a label names at least one office; a label without 科室, 单位… only these."""
    for label in LABEL.finditer(text):
        if (
            FULL_LABEL.search(label.group(0))
            and not PERSON.match(label.group(0))
            and text[label.end() :].strip(" 。；;、，()（）")
        ):
            return True
    names = names_with_roles(text)
    return bool(names) and (bool(FULL_LABEL.search(text)) or all_names(text, least=1))


PERSON_OR_POST = re.compile(
    r"[\u4e00-\u9fff·×*]{1,12}(?:局长|校长|园长|主任|科长|处长|书记|组长|班主任|干事|老师|同志)|[\u4e00-\u9fff·×*○]{2,4}"
)


def names_people(text: str) -> bool:
    """Whether a text that begins with a label names people and nobody else (`负责人：李某某、教导主任`)."""
    people = leaders_in(text)
    return bool(people) and all(PERSON_OR_POST.fullmatch(name) for name in people)


def closing_sentence(view: str, familiar: frozenset[str]) -> tuple[int, int] | None:
    """A last sentence without label or bracket such as `A牵头，B、C配合。`, or a line that is all that.

    What it says behind the names besides a date (`A牵头，年底前建成`) stays text.
    """
    stripped = view.rstrip(" 。\n")
    start = stripped.rfind("。") + 1
    sentence = stripped[start:].strip()
    if not sentence or len(sentence) > 200 or not re.search(STRONG_OR_WEAK, sentence):
        return None
    end = len(view)
    pieces = list(re.finditer(r"[^，,；;]+", view[start : len(stripped)]))
    named = [index for index, piece in enumerate(pieces) if is_clause_of_names(piece.group(0), familiar)]
    if not named or named != list(range(len(named))):
        return None
    rest = [piece for piece in pieces[len(named) :] if not PURE_TIME.match(piece.group(0))]
    if rest:
        verb = ENDING_WORDS.search(pieces[named[-1]].group(0).strip())
        if not verb or not is_strong(verb.group(0)) or not TIME_START.match(pieces[len(named)].group(0)):
            return None
        end = start + pieces[len(named)].start()
    text = view[start:end]
    verbs = [clause.verb for clause in unlabelled_clauses(text.strip("，,；; 。")) if clause.is_names]
    return (start, end) if verbs and verbs[-1] else None


STRONG_OR_WEAK = r"牵头|负责|配合|主办|主责|承办|协办|协助|协同|参与|落实|实施|推进|参加|支持"
TIME_START = re.compile(
    r"\s*(?:力争|确保|须|应|要)?(?:于|在)?(?:20\d\d年|今年|年底|年内|[\d一二三四五六七八九十]{1,2}月|[上下]半年|第[一二三四]季度)"
)


def is_clause_of_names(clause: str, familiar: frozenset[str]) -> bool:
    """Whether a clause is nothing but names of offices, with or without a verb."""
    clause = clause.strip()
    if TIME_CLAUSE.match(clause):
        return False
    names = [name for found in unlabelled_clauses(clause) for name, _ in found.names]
    return bool(names) and all(name in familiar or (is_like_name(name) and NAME_END.search(name)) for name in names)
