"""Chinese report texts of the lengths and words of the seed documents, the same for the same number.

Sentences come from `seeds/`; names of schools and people are worked in so that there are rare words too.
Lengths (characters) as in the feedback of 2020 and the plans: progress 40 to 900, half of them under 280;
difficulties in six of ten reports, 15 to 250; next steps 30 to 350. With the rest of a row about 1.4 KB of UTF-8.
"""

import random
import re
from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文斌晓东海燕志鹏雪梅思远雨桐子涵浩然"
SCHOOLS = ("实验小学", "外国语小学", "中心小学", "初级中学", "高级中学", "幼儿园", "职业技术学校", "少年宫")
ROADS = "新泾天山仙霞江苏华阳周桥虹桥程桥北翟茅台古北水城"
STATES = ("已完成", "正在推进", "已启动", "已召开推进会", "已形成初步方案", "按计划实施", "已完成调研", "完成验收")


def sentences() -> list[str]:
    """Return the sentences of the seed documents, each once, in order."""
    found = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8-sig")
        found += [part.strip(" \u3000") for part in re.split(r"[。；\n]", text)]
    return list(dict.fromkeys(part for part in found if 12 <= len(part) <= 120))


class Writer:
    """Writes texts from one stream of random numbers."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.sentences = sentences()

    def _some(self, length) -> list[str]:
        parts = []
        while length > 0:
            part = self.sentences[int(self.random.random() * len(self.sentences))]
            parts.append(part)
            length -= len(part) + 1
        return parts

    def name(self) -> str:
        """Return a person's name."""
        return "".join(self.random.choice(letters) for letters in (SURNAMES, GIVEN, GIVEN))

    def school(self) -> str:
        """Return a school's name."""
        choice = self.random.choice
        return f"{choice(ROADS)}{choice(ROADS)}{choice(('第一', '第二', '第三', '第四', ''))}{choice(SCHOOLS)}"

    def progress(self) -> str:
        """Return 目前进展情况."""
        length = min(900, 40 + int(self.random.lognormvariate(4.9, 0.6)))
        lines = self._some(length)
        opening = f"{self.school()}{STATES[int(self.random.random() * len(STATES))]}（联系人{self.name()}）"
        return "。".join((opening, *lines)) + "。"

    def texts_after(self, before: tuple[str, str, str] | None) -> tuple[str, str, str]:
        """Return the three texts of a period: mostly those of the period before with a sentence more, as people do."""
        lot = self.random.random()
        if before is None or lot < 0.3 or len(before[0]) > 700:
            return self.progress(), self.difficulties(), self.next_steps()
        if lot < 0.4:
            return before
        told = before[1] if lot < 0.8 else self.difficulties()
        steps = before[2] if lot < 0.6 else self.next_steps()
        return f"{before[0]}{self._some(30)[0]}。", told, steps

    def difficulties(self) -> str:
        """Return 存在的困难: nothing in four of ten."""
        if self.random.random() < 0.4:
            return ""
        return "；".join(self._some(15 + int(self.random.random() * 160))) + "。"

    def next_steps(self) -> str:
        """Return 下一步工作措施."""
        return "。".join(self._some(30 + int(self.random.random() * 170))) + "。"

    def title(self) -> str:
        """Return an item's title."""
        return self.random.choice(self.sentences)[:40]

    def body(self) -> str:
        """Return an item's body."""
        return "。".join(self._some(90 + int(self.random.random() * 120))) + "。"
