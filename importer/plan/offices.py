"""Which offices answer for an item: found in brackets, in lines of their own and in closing sentences.

`office_stretches` says where in a passage offices stand; `read_offices` says which they are and what the text
calls them. Names stay as printed, without inner spaces; they are divided at 、，；/ and wide space outside brackets.
"""

import re
from dataclasses import dataclass, field

LEAD = "牵头|主责|主办|第一责任"
SUPPORT = "配合|协办|协同|协助|参与|参加|支持|联办"
RESPONSIBLE = "责任|负责|承办|落实|实施|执行|承担|组织|主管|分管|归口"
BODY_WORDS = "处[(（]科[)）]室|科[(（][处室][)）]室?|科室|处室|单位|部门|股室|股|科|处|室|机构|方|学校"
PERSON = re.compile(r"(?:责任|负责|牵头|分管|联系|主管|包保)(?:人|领导|局领导|局长|校长)")
IN_BRACKET = rf"(?:[(（](?:{LEAD}|{SUPPORT}|{RESPONSIBLE}|主管)[)）])?"  # 责任（牵头）单位
LABEL = re.compile(rf"(?:(?:{LEAD})|(?:{SUPPORT})|(?:{RESPONSIBLE})){IN_BRACKET}(?:{BODY_WORDS}|人|领导|局领导)?\s?(?:[、/和及或与](?:{LEAD}|{SUPPORT}|{RESPONSIBLE})?(?:{BODY_WORDS}))?\s?[:：]")
FULL_LABEL = re.compile(rf"(?:{BODY_WORDS})\s?[:：]")
TIME_LABEL = re.compile(r"(?:完成|办结|落实|推进|工作|时间)?(?:时限|期限|时间|节点|进度)(?:要求|安排)?\s?[:：]")
NAME_END = re.compile(
    r"(?:科室|处室|部门|单位|学校|幼儿园|科|室|处|办|中心|学院|院|局|委|部|组|会|所|站|馆|园|厅|队|股|联|公司|集团|街道|镇|乡|府|校|署|高中|小学|中学|团委|工会)(?:[(（][^()（）]{1,20}[)）])?$"
)
COUNT = re.compile(r"\d\s?[所个家名]")  # `推进5所学校` is a task, no office
TIME_CLAUSE = re.compile(r"\s*(?:于|在)?(?:20\d\d年|今年|年|每|长期|持续|全年|\d{1,2}月|第[一二三四]季度|[上下]半年)[^、]{0,14}$")
INNER_SPACE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
LINE_BREAK = re.compile(r"[ \u3000]*\n[ \u3000]*")  # a name or label may be broken by a line's end
CLAUSE_END = re.compile(r"[，,；;]")
WIDE_SPACE = re.compile(r"[\u3000\t\u2003]|\s{2,}")
LONGEST_STATEMENT = 500  # characters; a longer bracket is text
BRACKET = re.compile(r"[()（）【】\[\]〔〕〈〉]")
BEHIND_ENDED = re.compile(r"\s?[)】\]]?[。；;]?")
BEHIND = re.compile(r"\s?[)】\]]?")
OPENERS, CLOSERS = "(（【[〔〈", ")）】]〕〉"
SEPARATORS = "、，,；;/／|"
ENDING_WORDS = re.compile(
    r"(?:等)?(?:有关|相关)?(?:单位|部门|科室)?(?:等)?(?:共同)?(?:按(?:照)?(?:各自)?职(?:责|能)(?:分工|范围)?(?:分别)?(?:负责|落实|推进|配合)?|分工(?:负责|落实)|(?:分别|共同|具体)?(?:负责|牵头(?:负责|落实|实施)?|主办|承办|配合(?:落实|实施)?|协办|协同|协助|参与|落实|实施|推进))$"
)


@dataclass
class Offices:
    """The offices an item names."""

    named: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    support: list[str] = field(default_factory=list)

    def add(self, name: str, role: str) -> None:
        """Note one name once, in the role the text gives it."""
        if name not in self.named:
            self.named.append(name)
        target = {"lead": self.lead, "support": self.support}.get(role)
        if target is not None and name not in target:
            target.append(name)

    def settle(self) -> None:
        """Beside a lead all others are support; a lead is never its own support."""
        if self.lead:
            self.support = [name for name in self.named if name not in self.lead]


def office_stretches(view: str) -> list[tuple[int, int]]:
    """Where in a paragraph's view offices stand, as ranges in order; empty where it names none."""
    stretches = bracketed(view)
    if stretches:
        return stretches
    line = labelled_line(view) or closing_sentence(view)
    return [line] if line else []


def bracketed(view: str) -> list[tuple[int, int]]:
    """Brackets that hold offices, with the full stop after them; a bracket may be closed wrongly or not at all."""
    stretches = []
    position = 0
    for start, end in bracket_pairs(view):
        if start < position or end - start > LONGEST_STATEMENT:
            continue
        if holds_offices(view[start + 1 : end], at_end=not view[end + 1 : end + 20].strip(" 。；;\n")):
            ended = view[:start].rstrip()[-1:] in ("。", "；", "")  # else the full stop ends what stands before
            after = BEHIND_ENDED if ended else BEHIND
            position = max(min(len(view), end + 1), after.match(view, end + 1).end() if end < len(view) else 0)
            stretches.append((start, position))
    return stretches


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


def closing_of(view: str, start: int) -> int:
    """Offset of the bracket that closes the one at `start`."""
    return dict(bracket_pairs(view)).get(start, len(view))


def holds_offices(inside: str, at_end: bool) -> bool:
    """Whether what stands in a bracket names offices: by a label, by a verb at its end, or by nothing but names."""
    inside = INNER_SPACE.sub("", inside).strip()
    if not inside:
        return False
    if LABEL.match(inside) or (TIME_LABEL.match(inside) and LABEL.search(inside)):
        return is_statement(inside)
    if "。" in inside.rstrip("。"):
        return False
    clauses = [clause for clause in CLAUSE_END.split(inside.rstrip("。")) if clause.strip()]
    clauses = [clause for clause in clauses if not TIME_CLAUSE.match(clause)]
    if any(ENDING_WORDS.search(clause.strip()) for clause in clauses):
        return all_names(inside, least=1)
    return at_end and all_names(inside, least=1)


def all_names(text: str, least: int) -> bool:
    """Whether a text is nothing but names of offices and the words that give them a role."""
    names = [name for name, _ in names_with_roles(text)]
    return len(names) >= least and all(len(name) <= 20 and NAME_END.search(name) and not COUNT.search(name) for name in names)


def labelled_line(view: str) -> tuple[int, int] | None:
    """A line of its own, or the last sentence, that begins with a label (`责任科室：…`)."""
    for match in LABEL.finditer(view):
        before = view[: match.start()].rstrip()
        rest = view[match.end() :].rstrip(" 。\n")
        if (not before or before[-1] in "。；;") and "。" not in rest and len(rest) <= 300:
            return (len(before), len(view)) if is_statement(view[match.start() :]) else None
    return None


def begins_with_label(view: str) -> bool:
    """Whether a line begins with a label such as `责任科室：`."""
    match = LABEL.match(view)
    return bool(match and FULL_LABEL.search(match.group(0)))


def is_statement(text: str) -> bool:
    """Whether a text that begins with a label names at least one office; a label without 科室, 单位… only offices."""
    names = names_with_roles(text)
    return bool(names) and (bool(FULL_LABEL.search(text)) or all_names(text, least=1))


def closing_sentence(view: str) -> tuple[int, int] | None:
    """A last sentence without label or bracket such as `A牵头，B、C配合。`, or a line that is all that."""
    stripped = view.rstrip(" 。\n")
    start = stripped.rfind("。") + 1
    sentence = stripped[start:].strip()
    if not sentence or len(sentence) > 200:
        return None
    clauses = [clause.strip() for clause in CLAUSE_END.split(sentence) if clause.strip()]
    clauses = [clause for clause in clauses if not TIME_CLAUSE.match(clause)]
    if clauses and all(ENDING_WORDS.search(clause) for clause in clauses) and all_names(sentence, least=1):
        return start, len(view)
    return None


def read_offices(texts: list[str]) -> Offices:
    """The offices of an item, from the stretches that name them."""
    offices = Offices()
    for text in texts:
        for name, role in names_with_roles(LINE_BREAK.sub("", text)):
            offices.add(name, role)
    offices.settle()
    return offices


def names_with_roles(text: str) -> list[tuple[str, str]]:
    """Names and their roles (lead, support, named) in the order printed."""
    found = []
    for role, names in clauses_with_roles(unbracketed(text)):
        found.extend((name, role) for name in names if name)
    return found


def unbracketed(text: str) -> str:
    """What stands inside the outer bracket, without the full stop."""
    text = text.strip().strip("。；;").strip()
    if text and text[0] in OPENERS:
        end = closing_of(text, 0)
        inside = text[1:end]
        text = inside if not text[end + 1 :].strip(CLOSERS + " 。") else text
    return text.strip().rstrip("。")


def clauses_with_roles(text: str) -> list[tuple[str, list[str]]]:
    """Clauses of a statement of offices: each label, and each verb at a clause's end, gives its names a role."""
    marks = sorted(
        [(match.start(), match.end(), match.group(0)) for match in LABEL.finditer(text)]
        + [(match.start(), match.end(), "") for match in TIME_LABEL.finditer(text)]
    )
    clauses: list[tuple[str, list[str]]] = []
    if not marks or marks[0][0] > 0:
        clauses.extend(unlabelled_clauses(text[: marks[0][0]] if marks else text))
    ends = [start for start, _, _ in marks[1:]] + [len(text)]
    for (_, start, label), end in zip(marks, ends if marks else [], strict=True):
        stretch = text[start:end]
        if label and not PERSON.match(label):
            clauses.append((role_of(label), split_names(stretch)))
    return clauses


def unlabelled_clauses(text: str) -> list[tuple[str, list[str]]]:
    """`A牵头，B、C配合`: each clause's last word gives the role of the names since the last such word."""
    clauses: list[tuple[str, list[str]]] = []
    pending: list[str] = []
    for clause in split_outside(text, "，,；;"):
        if TIME_CLAUSE.match(clause):
            continue
        clause = re.sub(r"^\s?(?:由|会同|以)", "", clause)
        ending = ENDING_WORDS.search(clause.strip())
        if ending:
            names = split_names(clause.strip()[: ending.start()])
            clauses.append((role_of(ending.group(0)), [*pending, *names]))
            pending = []
        else:
            pending.extend(split_names(clause))
    if pending:
        clauses.append(("named", pending))
    return clauses


def role_of(words: str) -> str:
    """The role a label or verb gives."""
    if re.search(LEAD, words):
        return "lead"
    return "support" if re.search(SUPPORT, words) and not re.search(RESPONSIBLE, words) else "named"


def split_names(text: str) -> list[str]:
    """Names divided at 、，；/ and wide space outside brackets, without inner spaces and 等."""
    names = []
    for part in split_outside(text, SEPARATORS):
        names.extend(split_at_space(part))
    return [name for name in (clean_name(name) for name in names) if name]


def split_outside(text: str, separators: str) -> list[str]:
    """Divide a text at separators that stand outside brackets."""
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
    name = re.sub(r"\s", "", name).strip("。：:和及")
    name = re.sub(r"(?<=.)等$", "", name)
    if name and name[-1] in CLOSERS and not any(opener in name for opener in OPENERS):
        name = name[:-1]
    if name and name[0] in OPENERS and not any(closer in name for closer in CLOSERS):
        name = name[1:]
    return name
