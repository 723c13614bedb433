"""A statement of offices -> the names in it and what the text calls them.

Names stay as printed, without inner spaces; they are divided at 、，；/ and wide space outside brackets, and at
和, 及, 会同 between two names. A verb at the end of a clause or behind a name gives its role to the names before it.
"""

import re
from dataclasses import dataclass, field

from .office_words import (
    AND,
    BARE_BODY,
    BY,
    CLOSERS,
    COUNT,
    ENDING_WORDS,
    FIRST_LEADS,
    FROM_HERE_ON,
    GENERAL_NAME,
    GUIDING,
    JOINT,
    LABEL,
    LEAD,
    NAME_END,
    NOT_NAME,
    OPENERS,
    PERSON,
    PERSON_NAME,
    PLACE_END,
    RESPONSIBLE,
    SENTENCE,
    SEPARATORS,
    SHARED_PREFIX,
    STRONG,
    SUPPORT,
    SUPPORTING,
    TAIL,
    TIME_CLAUSE,
    TIME_LABEL,
    VERB_AND_SPACE,
)

INNER_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
LINE_BREAK = re.compile(r"[ \u3000]*\n[ \u3000]*")  # a name or label may be broken by a line's end
WIDE_SPACE = re.compile(r"[\u3000\t\u2003]|\s{2,}")
ROLE_BRACKET = re.compile(rf"(.{{2,}})[(（\[【](?:{LEAD}|{SUPPORT}|负责|责任)(?:科室|处室|单位|部门)?[)）\]】]$")
LONGEST_NAME = 20
SPACE = re.compile(r"\s")
NOTHING = re.compile(r"[—–\-－_/／\\·.、]+|无|暂无")
OPENER = re.compile(f"[{re.escape(OPENERS)}]")
SEPARATED = {signs: re.compile(f"[{re.escape(signs)}]") for signs in (SEPARATORS, "；;", "，,；;。")}
NOBODY: frozenset[str] = frozenset()


@dataclass
class NamedOffices:
    """The offices an item names, and the leaders."""

    named: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)
    leaders: list[str] = field(default_factory=list)
    first_leads: bool = False  # the text says that the first one named leads
    from_here_on: bool = False  # and that it is so in what follows
    guides: list[str] = field(default_factory=list)

    def add(self, name: str, role: str) -> None:
        """Note one name once, in the role the text gives it."""
        if name not in self.named:
            self.named.append(name)
        target = {"lead": self.lead, "support": self.support, "guide": self.guides}.get(role)
        if target is not None and name not in target:
            target.append(name)

    def settle(self) -> None:
        """Beside a lead all others are support; a lead is never its own support. Who only guides is neither."""
        if self.guides and not self.lead:
            carrying = [name for name in self.named if name not in self.guides and name not in self.support]
            self.lead = carrying
        if self.first_leads and not self.lead and self.named:
            self.lead = self.named[:1]
        if self.lead:
            self.support = [name for name in self.named if name not in self.lead and name not in self.guides]


@dataclass(frozen=True)
class Clause:
    """A clause of a statement: its verb ("" where it has none, "label" for a label's), names with roles, and whether they are names."""

    verb: str
    names: tuple[tuple[str, str], ...]
    is_names: bool = True


def read_offices(texts: list[str], first_leads: bool = False) -> NamedOffices:
    """The offices of an item, from the stretches that name them; `first_leads` where the document says so of all."""
    offices = NamedOffices(first_leads=first_leads)
    for text in texts:
        joined = LINE_BREAK.sub("", text)
        for name, role in names_with_roles(joined):
            offices.add(name, role)
        offices.leaders.extend(name for name in leaders_in(joined) if name not in offices.leaders)
        if FIRST_LEADS.search(joined):
            offices.first_leads = True
            offices.from_here_on = offices.from_here_on or bool(FROM_HERE_ON.search(joined))
    offices.settle()
    return offices


def names_with_roles(text: str) -> list[tuple[str, str]]:
    """Names and their roles (lead, support, guide, named) in the order printed."""
    return [found for clause in clauses_of(text) for found in clause.names if clause.is_names]


def clauses_of(text: str) -> list[Clause]:
    """The clauses of a statement; those that are no names only where others are."""
    text = unbracketed(text)
    marks = sorted(
        [(match.start(), match.end(), match.group(0)) for match in LABEL.finditer(text)]
        + [(match.start(), match.end(), "") for match in TIME_LABEL.finditer(text)]
    )
    clauses: list[Clause] = []
    if not marks or marks[0][0] > 0:
        clauses.extend(unlabelled_clauses(text[: marks[0][0]] if marks else text))
    ends = [start for start, _, _ in marks[1:]] + [len(text)]
    for (_, start, label), end in zip(marks, ends if marks else [], strict=True):
        if label and not PERSON.match(label):
            clauses.append(labelled_clause(text[start:end], role_of(label)))
    return clauses


def leaders_in(text: str) -> list[str]:
    """The people a statement names behind a label such as 责任领导."""
    if not PERSON.search(text):
        return []
    text = unbracketed(text)
    marks = [*LABEL.finditer(text), *TIME_LABEL.finditer(text)]
    names = []
    for match in marks:
        if PERSON.match(match.group(0)) and not match.group(0).startswith("联系人"):
            end = min((mark.start() for mark in marks if mark.start() >= match.end()), default=len(text))
            names.extend(split_names(re.split(r"[。)）】]", text[match.end() : end])[0]))
    return names


def unbracketed(text: str) -> str:
    """What stands inside the outer bracket, without the full stop."""
    text = text.strip().strip("。；;.").strip()
    if text and text[0] in OPENERS:
        end = closing_of(text, 0)
        inside = text[1:end]
        is_label = LABEL.match(text) and end < len(text) - 1  # 【责任科室】基教科
        text = inside if not is_label and not text[end + 1 :].strip(CLOSERS + " 。") else text
    return text.strip().rstrip("。.")


def closing_of(text: str, start: int) -> int:
    """Offset of the bracket that closes the one at `start`, of whatever form; else the last closer, else the length."""
    depth = last = 0
    for offset in range(start, len(text)):
        if text[offset] in OPENERS:
            depth += 1
        elif text[offset] in CLOSERS:
            depth, last = depth - 1, offset
            if depth == 0:
                return offset
    return last or len(text)


def labelled_clause(text: str, role: str) -> Clause:
    """What stands behind a label: the verbs in it give other roles than the label's."""
    found: list[tuple[str, str]] = []
    for clause in split_outside(text, "；;"):
        found.extend(roles_in_clause(clause, role))
    return Clause("label", tuple(found))


def unlabelled_clauses(text: str) -> list[Clause]:
    """`A牵头，B、C配合`: each verb gives its role to the names since the last one; a clause of no names is a remark."""
    clauses: list[Clause] = []
    waiting: list[str] = []
    for clause in split_outside(VERB_AND_SPACE.sub("，", text), "，,；;。"):
        clause = clause.strip()
        if not clause or TIME_CLAUSE.match(clause) or FIRST_LEADS.search(clause) or FROM_HERE_ON.fullmatch(clause):
            continue
        verb = ENDING_WORDS.search(clause)
        names = roles_in_clause(clause, "named")
        is_names = bool(names) and all(is_like_name(name) for name, _ in names)
        is_told = any(is_strong(before.verb) for before in clauses)
        if (
            is_told
            and not is_strong(verb.group(0) if verb else "")
            and not any(is_known(name, NOBODY) for name, _ in names)
        ):
            is_names = False  # 其余滚动推进 behind the names
        if not verb and is_names and not clause.startswith("会同"):
            waiting.extend(name for name, role in names if role == "named")
            clauses.extend(
                [Clause("", tuple(found for found in names if found[1] != "named"))]
                if any(r != "named" for _, r in names)
                else []
            )
            continue
        if is_names and clause.startswith("会同"):  # A负责，会同B
            names = [(name, "support") for name, _ in names]
            clauses = [
                Clause(
                    before.verb,
                    tuple((name, "lead" if role == "named" else role) for name, role in before.names),
                    before.is_names,
                )
                for before in clauses
            ]
        if is_names and waiting:
            names = [*((name, names[0][1]) for name in waiting), *names]
            waiting = []
        clauses.append(Clause(verb.group(0) if verb else "", tuple(names), is_names))
    if waiting:
        clauses.append(Clause("", tuple((name, "named") for name in waiting)))
    if not any(clause.is_names and clause.verb for clause in clauses):  # a list in a cell: every entry counts
        return [Clause(clause.verb, clause.names) for clause in clauses]
    return clauses


def roles_in_clause(clause: str, role: str) -> list[tuple[str, str]]:
    """The names of a clause: a verb behind one gives its role to it and those before it, 会同 makes the others support."""
    found: list[tuple[str, str]] = []
    waiting: list[str] = []
    clause = BY.sub("", clause.strip())
    for part in (piece for piece in split_outside(clause, SEPARATORS) if piece.strip(" 。")):
        part = part.strip(" 。")
        if FIRST_LEADS.search(part) or FROM_HERE_ON.fullmatch(part):
            continue
        if joint := joined(part):
            found.extend((name, "lead") for name in [*waiting, *split_names(joint[0])])
            waiting, role, part = [], "support", joint[1]
            if not part:
                continue
        verb = ENDING_WORDS.search(part)
        if TIME_CLAUSE.match(part) and not is_known(part, NOBODY):
            continue
        names = split_names(part[: verb.start()] if verb else part)
        if verb and (names or waiting):
            own = role_of(verb.group(0)) if role != "support" else "support"
            found.extend((name, own if own != "named" else role) for name in [*waiting, *names])
            waiting = []
        else:
            waiting.extend(names)
    found.extend((name, role) for name in waiting)
    return [own_role(name, given) for name, given in found]


def joined(part: str) -> tuple[str, str] | None:
    """`A会同B负责` as its two sides; None where nothing joins two names."""
    if "会同" not in part and "联合" not in part:
        return None
    for match in JOINT.finditer(part):
        if "会同" not in match.group(0) and "联合" not in match.group(0):
            continue
        left = part[: match.start()]
        if len(left) >= 2 and (NAME_END.search(left) or is_like_name(left)):
            return left, part[match.end() :]
    return None


def own_role(name: str, role: str) -> tuple[str, str]:
    """A name with the role that stands in a bracket behind it: `基教科（牵头）`."""
    match = ROLE_BRACKET.match(name)
    if not match:
        return name, role
    own = role_of(name[match.end(1) :])
    return match[1], own if own != "named" else role


def role_of(words: str) -> str:
    """The role a label or verb gives."""
    if re.search(LEAD, words) or words.endswith("为主"):
        return "lead"
    if GUIDING.search(words):
        return "guide"
    if SUPPORTING.match(words):
        return "support"
    return "support" if re.search(SUPPORT, words) and not re.search(RESPONSIBLE, words) else "named"


def is_strong(verb: str) -> bool:
    """Whether a verb is said of offices and hardly of anything else."""
    return bool(re.search(STRONG, verb))


def is_known(name: str, familiar: frozenset[str]) -> bool:
    """Whether a name ends like an office's, or was confirmed before."""
    return is_named_office(name, familiar) or bool(PLACE_END.search(name))


def is_named_office(name: str, familiar: frozenset[str]) -> bool:
    """Whether a name is an office's even where no verb says so."""
    return name in familiar or bool(NAME_END.search(name) or GENERAL_NAME.match(name))


def is_like_name(name: str) -> bool:
    """Whether a stretch can be a name at all: short, no sentence, no count."""
    if not 2 <= len(name) <= LONGEST_NAME or COUNT.search(name):
        return False
    return not SENTENCE.search(name) and bool(NAME_END.search(name) or not NOT_NAME.search(name))


def is_person(name: str, familiar: frozenset[str]) -> bool:
    """Whether a name is more likely a person's."""
    return bool(PERSON_NAME.match(name)) and len(name) <= 3 and not is_known(name, familiar)


def split_names(text: str) -> list[str]:
    """Names divided at 、，；/ and wide space outside brackets, and where 和 or 及 stands between two; without 等."""
    names = []
    for part in split_outside(text, SEPARATORS):
        for name in split_at_space(part):
            names.extend(split_at_and(name))
    return [name for name in (clean_name(name) for name in names) if name]


def split_at_and(name: str) -> list[str]:
    """`德育科等和各学校` divided where both sides are whole names; 发展和改革局 is one name."""
    for match in AND.finditer(name, 2):
        left, right = name[: match.start()], name[match.end() :]
        if not right or any(
            opener in left and closer not in left for opener, closer in zip(OPENERS, CLOSERS, strict=True)
        ):
            continue
        first = TAIL.sub("", left)
        prefix = SHARED_PREFIX.match(first)
        if prefix and BARE_BODY.search(first) and BARE_BODY.fullmatch(right):
            return [first, prefix.group(0) + right]
        if (
            (first != left or NAME_END.search(first))
            and not first.endswith("社会")
            and (NAME_END.search(right) or GENERAL_NAME.match(right))
        ):
            return [first, *split_at_and(right)]
    return [name]


def split_outside(text: str, separators: str) -> list[str]:
    """Divide a text at separators that stand outside brackets."""
    if not OPENER.search(text):
        return SEPARATED[separators].split(text)
    parts, depth, start = [], 0, 0
    for offset, character in enumerate(text):
        if character in OPENERS:
            depth += 1
        elif character in CLOSERS:
            depth = max(0, depth - 1)
        elif character in separators and depth == 0:
            parts.append(text[start:offset])
            start = offset + 1
    return [*parts, text[start:]]


def split_at_space(part: str) -> list[str]:
    """Divide at wide space, and at any space behind a whole name; space inside a name goes (`办 公 室`)."""
    if not SPACE.search(part):
        return [part] if part else []
    groups = [group.split() for group in WIDE_SPACE.split(part.replace("\n", "")) if group.strip()]
    if any(len("".join(words)) == 1 for words in groups):
        return ["".join(word for words in groups for word in words)]
    names: list[str] = []
    for words in groups:
        names.append(words[0])
        for word in words[1:]:
            if len(word) >= 2 and len(names[-1]) >= 2 and NAME_END.search(names[-1]):
                names.append(word)
            else:
                names[-1] += word
    return names


def clean_name(name: str) -> str:
    """A name without 等, closing words and stray brackets."""
    name = SPACE.sub("", name).strip("。.：:和及")
    if NOTHING.fullmatch(name):
        return ""
    if "等" in name:
        name = TAIL.sub("", name)
        name = name[:-1] if name.endswith("等") and len(name) > 1 else name
    if name and name[-1] in CLOSERS and not any(opener in name for opener in OPENERS):
        name = name[:-1]
    if name and name[0] in OPENERS and not any(closer in name for closer in CLOSERS):
        name = name[1:]
    return name
