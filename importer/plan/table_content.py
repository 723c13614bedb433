"""What the cells of a column say of it, where its heading says nothing or the wrong thing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from importer.files.tables import Cell

from .offices import NAME_END
from .table_headings import ColumnKind

MOST_CELLS = 60  # of a column are looked at: enough to know it
ENOUGH = 0.6  # of the cells must say so
NAME_SPLIT = re.compile(r"[、，,；;/／|\s]+")
OFFICE_TOO = re.compile(r"各.{1,8}|.{1,8}(?:年级|年段|班主任|社区|片区|中小学|联社|支行)|(?:全体|有关|相关).{1,8}")
ROLE_IN_BRACKET = re.compile(r"[(（\[【](?:牵头|主责|主办|配合|协办|责任)[^()（）]{0,6}[)）\]】]")
ROLE_WORDS = re.compile(
    r"^(?:牵头|主责|主办|责任|配合|协办|负责|承办)(?:单位|科室|部门|处室)?[:：]|(?:牵头|配合|负责|协办|主办|落实)$"
)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊甄曲封芮储靳汲邴糜松段富巫乌焦巴弓牧隗山谷车侯宓蓬全班仰秋仲伊宫宁仇栾暴甘斜厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却桑桂牛寿通边扈燕冀尚农温庄晏柴瞿阎连习容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广禄东欧利师巩聂关肖阳代游"
PERSON = re.compile(
    rf"[{SURNAMES}甲乙丙丁戊己庚辛][\u4e00-\u9fff·]{{1,2}}|[\u4e00-\u9fff]{{1,3}}(?:同志|老师|局长|校长|主任|书记|科长|处长|副局长|副校长|园长)|[\u4e00-\u9fff]某某?"
)
DAY = re.compile(
    r"\d{1,2}\s?[月日]|\d{1,2}\.\d|20\d\d|季度|年底|年末|长期|全年|常年|常态|上半年|下半年|学期|月底|学前|[一二三四五六七八九十]月|持续|每[月周年]"
)
FIGURE = re.compile(r"[\d.,%％\s\-—–~/√✓×○●★☆]+[\u4e00-\u9fff]{0,2}")
ORDINAL = re.compile(r"[(（]?(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:[-—–.．]\d{1,3})*[)）]?[、.．]?|[①-⑳]")
LONG_DEADLINE = 30  # characters: a column of times whose cells are longer tells what is done when


@dataclass(frozen=True)
class ColumnFacts:
    """What a column's cells look like: their number, mean length, and the shares of what they can be."""

    cells: int
    length: float
    distinct: float
    offices: float = 0.0
    persons: float = 0.0
    days: float = 0.0
    figures: float = 0.0
    ordinals: float = 0.0


def facts_of(cells: Sequence[Cell]) -> ColumnFacts:
    """The facts of a column."""
    texts = [cell.text.strip() for cell in cells[:MOST_CELLS]]
    if not texts:
        return ColumnFacts(0, 0.0, 0.0)
    count = len(texts)

    def share(test: Callable[[str], object]) -> float:
        return sum(1 for text in texts if test(text)) / count

    return ColumnFacts(
        len(cells), sum(map(len, texts)) / count, len(set(texts)) / count,
        share(names_offices), share(names_persons), share(lambda text: len(text) <= 20 and bool(DAY.search(text))),
        share(FIGURE.fullmatch), share(ORDINAL.fullmatch),
    )  # fmt: skip


def names_offices(text: str) -> bool:
    """Whether a cell holds nothing but names of offices."""
    if len(text) > 150 or "。" in text.rstrip("。"):
        return False
    names = [ROLE_WORDS.sub("", name) for name in NAME_SPLIT.split(ROLE_IN_BRACKET.sub("", text)) if name]
    names = [name for name in names if name]
    known = [name for name in names if NAME_END.search(name) or OFFICE_TOO.fullmatch(name)]
    return bool(known) and len(known) * 3 >= len(names) * 2 and all(len(name) <= 20 for name in names)


def names_persons(text: str) -> bool:
    """Whether a cell holds nothing but names of people."""
    names = [name for name in NAME_SPLIT.split(text) if name]
    if len(names) > 1 and all(len(name) == 1 for name in names):
        names = ["".join(names)]
    return bool(names) and all(
        PERSON.fullmatch(name) and not (len(name) > 2 and NAME_END.search(name)) for name in names
    )


def kind_by_content(kind: ColumnKind | None, facts: ColumnFacts, is_first: bool) -> ColumnKind | None:
    """What a column holds by its cells, where that is plain enough to overrule or replace what its heading says."""
    if not facts.cells:
        return kind
    if kind in (ColumnKind.LEFT_OUT, ColumnKind.LEADER) and facts.offices >= ENOUGH and facts.persons < ENOUGH:
        return ColumnKind.OFFICES
    if kind is ColumnKind.DEADLINE and facts.length > LONG_DEADLINE:
        return ColumnKind.BODY
    if kind is not None:
        return kind
    if is_first and facts.ordinals >= ENOUGH:
        return ColumnKind.NUMBER
    if facts.persons >= ENOUGH and facts.offices < ENOUGH:
        return None
    if facts.offices >= ENOUGH:
        return ColumnKind.OFFICES
    return ColumnKind.DEADLINE if facts.days >= ENOUGH and facts.figures < ENOUGH else None


def is_text(facts: ColumnFacts) -> bool:
    """Whether cells of an unknown column can be tasks: words, neither names nor numbers."""
    return facts.cells > 0 and facts.length >= 4 and max(facts.persons, facts.offices, facts.figures) < ENOUGH
