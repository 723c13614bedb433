"""A user name made of a Chinese name: zhangwei for 张伟. The result is shown to be corrected; it is never final.

pypinyin reads a name as it reads any text: 单雄信 as dan, 仇英 as chou, 曾国藩 as ceng. So surname and given name are
read apart, each with a small table of what it gets wrong. Names are brought to one form first (NFKC), ü is yu as in
passports (GB/T 28039-2011).
"""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# Surnames that pypinyin 0.55 reads as the common word.
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "曾": "zeng", "翟": "zhai", "阚": "kan", "盖": "ge",
    "朴": "piao", "繁": "po", "种": "chong", "缪": "miao", "乐": "yue", "员": "yun", "召": "shao", "折": "she", "秘": "bi",
    "覃": "qin", "隗": "wei", "黑": "he", "洗": "xian", "句": "gou",
}  # fmt: skip
# Characters of given names that it reads as the rarer word.
GIVEN = {"晟": "sheng", "朝": "chao"}
COMPOUND = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "长孙",
        "宇文",
        "轩辕",
        "万俟",
        "闻人",
        "澹台",
        "宰父",
        "端木",
        "南宫",
        "独孤",
        "司空",
        "呼延",
        "鲜于",
        "钟离",
        "公羊",
        "太史",
        "申屠",
        "仲孙",
        "赫连",
        "濮阳",
        "淳于",
        "单于",
        "公冶",
        "宗政",
        "百里",
        "东郭",
        "南门",
        "谷梁",
        "第五",
        "拓跋",
        "完颜",
        "纳兰",
    ]
)
HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
OTHER = re.compile(r"[^a-z0-9]")


def user_name(name: str) -> str:
    """Return small Latin letters and digits for `name`; "" where nothing of it can be written so."""
    text = unicodedata.normalize("NFKC", name).strip()
    if not HAN.match(text):
        return OTHER.sub("", unicodedata.normalize("NFKD", text).lower())
    surname = text[:2] if text[:2] in COMPOUND and len(text) > 2 else text[:1]
    given = re.split(r"[·\s]+", text[len(surname) :])
    return _letters(surname, SURNAMES if len(surname) == 1 else {}) + "".join(_letters(part, GIVEN) for part in given)


def _letters(text: str, known: dict[str, str]) -> str:
    """Return the sounds of one part of a name without tones, ü as yu behind n and l; `known` goes before the package."""
    sounds = lazy_pinyin(text, style=Style.NORMAL, v_to_u=False, errors=lambda rest: list(rest))
    spelt = "".join(known.get(character, sound) for character, sound in zip(text, sounds, strict=True))
    return OTHER.sub("", spelt.lower().replace("v", "yu"))


def free_name(wanted: str, taken) -> str:
    """Return `wanted`, or with the first number behind it that is not in `taken` (in small letters)."""
    number, found = 1, wanted
    while found.lower() in taken:
        number += 1
        found = f"{wanted}{number}"
    return found
