"""Quantified targets in an item's text: 80%以上, 不低于20小时, 5所, 1—2个.

Two tables of patterns, each row with its example. What `NOT_TARGETS` matches is blanked first (dates, ordinals,
names in quotes, 5+2, 2.0版); then the rows of `TARGETS` are looked for in order, each stretch being taken once.
The words beside the number (不低于, 以上, 以内…) give the comparison. The rows see half-width digits and brackets.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from importer.drafts.drafts import Comparison, ItemDraft, TargetDraft
from importer.text.numerals import number_of
from importer.text.passages import VIEW
from importer.text.patterns import Pattern

NUMBER = r"(?<![\d.,第A-Za-z+·/-])(?P<value>\d{1,7}(?:\.\d{1,4})?)"
UPPER = r"(?P<upper>\d{1,7}(?:\.\d{1,4})?)"
TENS = "(?:[二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]百(?:零?[一二三四五六七八九]|[一二三四五六七八九]十[一二三四五六七八九]?)?|[两三四五六七八九])"
# 第三, 初三, 十几, 几十, 三分之二: no counts.
CHINESE = rf"(?<![第初高小周期数几之一二两三四五六七八九十百千万\d])(?P<value>{TENS})"
SCALE = "(?P<scale>[千万亿]?)"
DASH = r"\s?(?:[—–―－~～-]{1,2}|至|到)\s?"
MORE = "(?P<more>余|多)?"

# A unit and what must not follow it: 5个 is a count, 5个人 none.
PERCENT = "%|‰|个百分点"
# fmt: off
COUNTED = (
    r"所(?![有在属需以谓长])|个(?!人|一|性|体|别|案|税|方面|环节|阶段|层面|维度|领域|学段|年级|学期|年度|点位)"
    r"|名(?![单额称录列义牌优])|门(?![类户口店槛])|家(?![长庭校园门访风教里国])|场(?![地馆所景])|次(?![序要月日年新])|项(?!目)"
)
# fmt: on
# fmt: off
MEASURED = (
    r"个工作日|工作日|个月|课时|学时|小时(?!值|热线|在线|不间断|制|监控|服务|巡)|分钟|学分|人次|平方米|平方公里|公里|元|托额|托位|学位|床位|席位|亩|吨|倍"
    r"|人(?![才员事工均民大数社生文机])|位(?![于置列居])|支(?![持撑部付教援出])|套(?![餐路])|件|部(?![门署分委级队])|篇|册"
    r"|本(?![科区市校级年地土部])|台(?![账湾阶])|节(?![点能日约庆])|堂|条(?![例件线])|份(?!额)|组(?![织长建成])|班(?!主任|级|子|会)"
    r"|间(?![隔接])|处(?![理置室长罚方])|期(?![间末中初望])|轮(?![岗换训流])|批(?![准评次复])|天(?![津然桥文问下山])|户(?![外籍])|座(?![谈位椅])"
    r"|对(?![于口接照外应标策话])|种(?![子植])|分(?=以上)"
)
# fmt: on
UNIT = f"(?P<unit>{PERCENT}|{MEASURED}|{COUNTED})"
FEW_UNITS = (
    f"(?P<unit>个百分点|个工作日|个月|学时|课时|小时|{COUNTED})"  # where a Chinese numeral is a count and no name
)
NAMES = (
    "维护|确立|意识|自信|全面|只增|毫不动摇|一以贯之|代表|面向|明确|相统一|统筹|认同|回归|引路人|一(?=工程|活动|行动)"
)

# Stretches whose numbers are no targets.
# fmt: off
NOT_TARGETS = (
    Pattern("document", r"《[^》]{0,200}》", "《托育服务三年行动计划(新增5所)》"),
    Pattern("quoted_name", r"[“‘「\"](?![^”’」\"]{0,100}(?:新增|增加|增设|完成|建成|达到|实现|不少于|不低于))[^”’」\"]{0,100}[”’」\"]", "“15分钟美好生活圈”"),
    Pattern("document_number", r"[〔\[(]20\d\d[〕\])]\s?第?\d{1,4}号", "长教〔2023〕8号"),
    Pattern("years", r"(?:20|19)\d\d年?\s?(?:[—–―－~～-]{1,2}|至|到)\s?(?:20|19)\d\d(?:学?年)?", "2021—2023年"),
    Pattern("date", r"(?:20\d\d(?:学?年度?|[./-])\s?)?\d{1,2}月(?:份|底|末|\d{1,2}日)?", "2023年9月底"),
    Pattern("year", r"(?:20|19)\d\d\s?学?年", "2023年"),
    Pattern("years_old", r"\d{1,3}(?:[—–―－~～-]{1,2}\d{1,3})?(?:周岁|岁|年|届|级|号|街坊|版)", "45岁以下"),
    Pattern("ordinal", r"第\s?[\d一二三四五六七八九十百零]{1,5}(?:[—–～~至到、-]{1,2}第?[\d一二三四五六七八九十]{1,5})?\s?\w?", "第五批项目"),
    Pattern("plan_period", r"[“\"]?十[一二三四五六七]五[”\"]?", "“十四五”项目"),
    Pattern("sum", r"\d{1,4}(?:\s?[+＋]\s?(?:\d{1,4}|[A-Za-zNX]))+", "5+2个"),
    Pattern("version", r"\d{1,2}\.\d{1,2}(?:版|时代|行动|工程|平台|\s?[A-Z])", "2.0行动"),
    Pattern("day", r"(?<!\d)\d{1,2}[.·]\d{1,2}(?=[“\"]?(?:[\u4e00-\u9fff]{0,4}日|\s?世界|\s?国际))", "4·23世界读书日"),
    Pattern("clock", r"\d{1,2}\s?[点时:]\s?\d{1,2}\s?分?", "3点30分"),
    Pattern("of_a_grade", r"[一二三四五六七八九](?:至|到|、)?[一二三四五六七八九]?年级", "三年级"),
    Pattern("point", r"(?m:^)\s?(?:\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\s|\d{1,2}[.、](?!(?!100%)\d+(?:\.\d+)?[%万亿千])|\(\d{1,2}\))", "1.家长学校"),
    Pattern("set_phrase", rf"[两三四五六七八九十]个(?:{NAMES})", "两个维护"),
    Pattern("every", r"每[\d一两二三四五六七八九十]{1,2}(?:个月|年|天|周|学期)", "每三个月"),
    Pattern("again", r"[二三](?:次(?!数|以上)(?=开发|供水|分配|创业|元)|级)", "二次开发"),
)

# The forms of targets, the longer before the shorter.
TARGETS = (
    Pattern("range", rf"{NUMBER}\s?(?:{PERCENT}|{COUNTED})?{DASH}{UPPER}\s?{SCALE}{UNIT}", "淘汰5%—10%的旧专业"),
    Pattern("number", rf"{NUMBER}\s?{SCALE}{MORE}{UNIT}", "新增托位1.5万个"),
    Pattern("percent_in_words", rf"百分之(?P<value>百|{TENS})(?P<unit>)", "覆盖率达到百分之八十"),
    Pattern("chinese_range", rf"{CHINESE}{DASH}(?P<upper>{TENS}){FEW_UNITS}", "新建三至五所幼儿园"),
    Pattern("chinese", rf"{CHINESE}{MORE}{FEW_UNITS}", "指导十所项目校"),
    Pattern("one", rf"(?:新建|新增|建成|至少|不少于|每(?:周|月|年|季度|学期|学年|人|校))(?P<value>一){FEW_UNITS}", "每学期一次"),
)

# What stands before (`$`) or behind (`^`) the number and says how it is meant; the first row that matches counts.
COMPARISONS = (
    (Comparison.AT_MOST, "before", r"(?:不(?:得|能|应|可)?(?:超过?|高于|多于|大于)|(?<![不得能应可])(?:低于|少于|小于)|控制在|(?:降|压减|压缩|减|下降|降低)(?:至|到|为)|至多|最多|[≤<＜])\s?$"),
    (Comparison.AT_MOST, "behind", r"\s?(?:[的之]?(?:以内|之内|以下)|内(?![容部外涵控设生地蒙]))"),
    (Comparison.AT_LEAST, "before", r"(?:不(?:得|能|应|可)?(?:低于|少于|小于)|至少|最少|达到?|超过?|突破|高于|多于|大于|(?:提高|提升|增加|扩大|增|升)(?:至|到)|[≥>＞])\s?$"),
    (Comparison.AT_LEAST, "behind", r"\s?(?:\(?(?:含|及|或)?\)?以上)"),
    (Comparison.AT_MOST, "clause", r"严控|严格控制|至多|最多"),
    (Comparison.AT_LEAST, "clause", r"力争|争取|努力|至少|最少|不少于|不低于"),
)
# fmt: on
LINES_KEPT = {sign: becomes for sign, becomes in VIEW.items() if sign != ord("\n")}
SCALES = {"": 1, "千": 1000, "万": 10_000, "亿": 100_000_000}
LEFT_END, RIGHT_END = "，。；：！？、\n“”‘’（）()《》", "，。；：！？、\n”’）)"
QUOTES = {"“": "”", "‘": "’", "（": "）", "(": ")", "《": "》"}
LONGEST = 80  # characters quoted
JOINING = re.compile(r"^[和与及或]|(?:和|与|及|以及|或)$")
JOINED = re.compile(r".*(?:和|与|及|或)")


def targets_in(text: str) -> list[TargetDraft]:
    """The quantified targets a text states, in its order."""
    view = text.translate(LINES_KEPT)
    matches = sorted(target_matches(view), key=re.Match.start)
    bounds = [0, *(match.end() for match in matches)], [*(match.start() for match in matches[1:]), len(text)]
    found = []
    for match, left, right in zip(matches, *bounds, strict=False):
        start, end = match.start("value"), match.end()
        value, upper = numeric(match, "value"), numeric(match, "upper")
        if value is None:
            continue
        comparison = comparison_of(view, match, left) if upper is None else Comparison.RANGE
        if upper is None or upper >= value:
            quoted = clause_around(text, start, end, left, right)
            found.append(TargetDraft(quoted, value, upper, comparison, match["unit"] or "%", start, end))
    return found


def target_matches(view: str) -> Iterator[re.Match[str]]:
    """Where the rows of TARGETS match, no two overlapping."""
    for pattern in NOT_TARGETS:
        view = pattern.compiled.sub(blank, view)
    for pattern in TARGETS:
        yield from pattern.compiled.finditer(view)
        view = pattern.compiled.sub(blank, view)


def blank(match: re.Match[str]) -> str:
    """As many signs that no pattern knows; line ends stay."""
    return re.sub(r"[^\n]", "\x00", match[0])


def numeric(match: re.Match[str], name: str) -> Decimal | None:
    """The number of one group with its scale (1.5万 is 15000); None where the row has no such group."""
    groups = match.groupdict()
    if (words := groups.get(name)) is None:
        return None
    number = "100" if words == "百" else words if words[0].isdecimal() else str(number_of(words))
    value = Decimal(number) * SCALES[groups.get("scale") or ""]
    return value.to_integral_value() if value == value.to_integral_value() else value


def comparison_of(view: str, match: re.Match[str], left: int) -> Comparison:
    """How the number is meant, by the words beside it; `left` is where the target before it ends."""
    start, end = match.start("value"), match.end()
    clause = re.split(r"[，。；\n]", view[max(left, start - LONGEST) : start])[-1]
    places = {"before": clause, "behind": view[end : end + 8], "clause": clause}
    for comparison, place, words in COMPARISONS:
        if (re.match if place == "behind" else re.search)(words, places[place]):
            return comparison
    return Comparison.AT_LEAST if match.groupdict().get("more") else Comparison.EQUAL


def clause_around(text: str, start: int, end: int, left: int, right: int) -> str:
    """The clause a number stands in, up to the targets beside it: what is quoted of the document."""
    first = start
    while first > max(left, start - LONGEST // 2) and text[first - 1] not in LEFT_END:
        first -= 1
    if 0 < first == left and (joined := JOINED.match(text[first:start])):
        first += joined.end()
    last, awaited = end, ""
    while last < min(right, end + LONGEST // 2) and (awaited or text[last] not in RIGHT_END):
        awaited = "" if text[last] == awaited else awaited or QUOTES.get(text[last], "")
        last += 1
    return JOINING.sub("", text[first:last].strip()).strip()


def targets_of(item: ItemDraft) -> list[TargetDraft]:
    """The targets of an item, each once; positions count in its title and body, a line end between them."""
    found: dict[tuple[object, ...], TargetDraft] = {}
    for target in targets_in(f"{item.title}\n{item.body}"):
        found.setdefault((target.text, target.value, target.upper, target.unit), target)
    return list(found.values())


def renew_targets(items: list[ItemDraft], before: list[ItemDraft]) -> None:
    """Read the targets of the items whose words are not the words of an item `before`."""
    known = {(item.title, item.body): item.targets for item in before}
    for item in items:
        targets = known.get((item.title, item.body))
        item.targets = targets_of(item) if targets is None else list(targets)
