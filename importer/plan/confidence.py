"""How sure each item of a plan is, and why it is not surer (`weights.CONFIDENCE`)."""

from statistics import median

from importer.drafts.drafts import ItemDraft, PlanDraft, Problem, ProblemKind

from .office_names import is_known
from .weights import CONFIDENCE

MANY = 0.6  # what this share of the items has, an item without it is missing
TIMES_LONGER = 5
LONG_TITLE = 45
DOUBTS = {
    "other_outline": "整份文件还有另一种读法，分项可能不同",
    "doubtful_bracket": "有一个括号像是写科室的，留在正文里了",
    "no_offices": "多数事项写了科室，这一项没有",
    "strange_office": "“{}”是没见过的科室名",
    "unread_deadline": "时限没有读成日期",
    "number": "编号缺、重或不连续",
    "much_longer": "比别的事项长得多，可能把下一项连进来了",
    "long_title": "标题像是一整句话",
    "no_text": "多数事项有正文，这一项没有",
}
OF_PROBLEM = {
    ProblemKind.BRACKET: "doubtful_bracket",
    ProblemKind.DEADLINE: "unread_deadline",
    ProblemKind.NUMBER: "number",
}


def settle_confidence(draft: PlanDraft, problems: list[Problem], familiar: frozenset[str], is_close: bool) -> None:
    """Give every item its confidence and the doubts that lower it; `is_close` says that the outline has a rival."""
    items = draft.items
    if not items:
        return
    usual = median(len(item.body) for item in items)
    named = sum(1 for item in items if item.offices) >= MANY * len(items)
    texts = sum(1 for item in items if item.body) >= MANY * len(items)
    of_line: dict[int, set[str]] = {}
    for problem in problems:
        if problem.kind in OF_PROBLEM and problem.line:
            of_line.setdefault(problem.line, set()).add(OF_PROBLEM[problem.kind])
    for item in items:
        signs = {sign: "" for line in {item.line, item.last_line} for sign in sorted(of_line.get(line, ()))}
        signs |= {"other_outline": ""} if is_close else {}
        signs |= {"no_offices": ""} if named and not item.offices else {}
        signs |= {"no_text": ""} if texts and not item.body else {}
        signs |= {"much_longer": ""} if len(items) > 3 and len(item.body) > max(400, TIMES_LONGER * usual) else {}
        signs |= {"long_title": ""} if len(item.title) > LONG_TITLE else {}
        signs |= strange_office(item, familiar)
        item.confidence = max(0, round(100 - sum(CONFIDENCE[sign] for sign in signs)))
        item.doubts = [DOUBTS[sign].format(words) for sign, words in signs.items()]


def strange_office(item: ItemDraft, familiar: frozenset[str]) -> dict[str, str]:
    """The first office of an item that nobody knows."""
    name = next((name for name in item.offices if not is_known(name, familiar)), "")
    return {"strange_office": name} if name else {}
