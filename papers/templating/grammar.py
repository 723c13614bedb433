"""What may stand between the braces of a template: fields, `for` over a list, `if`; nothing else, and said in plain words."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from papers.fields import TemplateField

from .places import Block

TAG = re.compile(r"\{\{(?P<field>.*?)\}\}|\{%(?P<block>.*?)%\}|\{#.*?#\}", re.DOTALL)
LOOSE = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
FULL_WIDTH = re.compile(r"｛[｛{%％#]|\{[｛％]|[%％｝}#]｝|％\}")
UNIT = re.compile(r"-?(?:(?P<unit>p|tr|tc|r)\s+)?(?P<rest>.*?)-?\s*$", re.DOTALL)
FOR = re.compile(r"for\s+(?P<name>\w+)\s+in\s+(?P<list>\S+)")
KEYWORDS = ("for", "endfor", "if", "elif", "else", "endif")
UNITS = {"": "", "p": "p", "tr": "tr"}
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Compare,
    nodes.Operand, nodes.Const, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
HOW = "字段写成 {{ 标题 }}，循环里写成 {{ 段.文字 }}"


class NotAllowed(Exception):
    """A template holds what it may not."""


def plain_text(value) -> Markup:
    """A value as text of Word's XML; braces written so that nothing takes them for a field again."""
    return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;").replace("%", "&#37;"))


def environment() -> ImmutableSandboxedEnvironment:
    """An environment without functions, filters and tests."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=plain_text)
    for table in (made.globals, made.filters, made.tests):
        table.clear()
    return made


def assert_allowed(tree: nodes.Node) -> None:
    """Refuse whatever is not on the list, wherever a tag was put together from."""
    for node in (tree, *tree.find_all(nodes.Node)):
        if not isinstance(node, ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
            raise NotAllowed(type(node).__name__)


@dataclass
class Open:
    """A `for` or `if` that is not closed yet."""

    keyword: str
    unit: str
    tag: str
    block: Block
    names: dict[str, TemplateField]  # what can be printed inside


@dataclass
class TemplateReader:
    """Reads the tags of one part of a template in order and collects what is wrong, a sentence each."""

    fields: dict[str, TemplateField]
    problems: list[str] = field(default_factory=list)
    stack: list[Open] = field(default_factory=list)

    @property
    def names(self) -> dict[str, TemplateField]:
        """The fields known here, the variables of loops included."""
        return self.stack[-1].names if self.stack else self.fields

    def read(self, block: Block) -> None:
        """Read the tags of one paragraph."""
        rest = TAG.sub("", block.text)
        if FULL_WIDTH.search(rest):
            self.say(block, "花括号或百分号是全角的，请在英文输入法下重新输入。")
        elif loose := LOOSE.search(rest):
            self.say(block, f"“{loose[0]}”没有配成对。{HOW}，而且要写在同一段里。")
        for match in TAG.finditer(block.text):
            if match["field"] is not None:
                self.read_field(block, match[0], match["field"])
            elif match["block"] is not None:
                self.read_block(block, match[0], match["block"])
        for left in self.stack:
            if not left.unit:
                self.say(
                    block,
                    f"“{left.tag}”到这一段结束还没有用 {{% end{left.keyword} %}} 收尾；跨几段的要写成 {{%p {left.keyword} …%}}，单独占一段。",
                )
        self.stack = [left for left in self.stack if left.unit]

    def finish(self) -> None:
        """Say what is still open at the end of the part."""
        for left in self.stack:
            self.say(left.block, f"“{left.tag}”没有收尾，缺少 {{%{left.unit} end{left.keyword} %}}。")
        self.stack.clear()

    def say(self, block: Block, sentence: str) -> None:
        """Add a sentence with its place, once."""
        told = f"{block.place}“{block.quoted}”：{sentence}"
        if told not in self.problems:
            self.problems.append(told)

    # --- fields --------------------------------------------------------------------------------------------

    def read_field(self, block: Block, tag: str, content: str) -> None:
        """`{{ … }}`: one field that is a text."""
        if re.match(r"-?(?:p|tr|tc|r)\s", content):
            self.say(block, f"“{tag}”的花括号后面多了字母，{HOW}。")
            return
        tree = self.parsed(block, tag, content)
        if tree is None:
            return
        if not isinstance(tree, nodes.Name | nodes.Getattr):
            self.say(block, f"“{tag}”里只能写一个字段，不能写算式、引号或函数。")
        elif found := self.resolve(block, tree):
            self.check_printable(block, found, self.is_variable(found.name) and isinstance(tree, nodes.Name))

    def is_variable(self, name: str) -> bool:
        """Whether a name was given by a `for` and is no field of the paper."""
        return name in self.names and self.names[name] is not self.fields.get(name)

    def check_printable(self, block: Block, found: TemplateField, is_variable: bool) -> None:
        """Say what is wrong with printing a row, a list or a yes and no."""
        if is_variable:
            self.say(block, f"“{found.name}”代表一行，要写成 {{{{ {found.name}.{found.columns[0].name} }}}} 这样。")
        elif found.columns:
            self.say(block, f"“{found.name}”有许多行，不能直接印出；请用 {{%p for 行 in {found.name} %}} 逐行印出。")
        elif not found.is_text:
            self.say(block, f"“{found.name}”是“是”或“否”，只能用在 if 里，不能印出。")

    def parsed(self, block: Block, tag: str, content: str):
        """An expression as a tree; None, and a sentence, where it is none."""
        try:
            output = environment().parse("{{" + content.replace("“", '"').replace("”", '"') + "}}").body[0]
            [tree] = output.nodes
            assert_allowed(tree)
        except (TemplateSyntaxError, NotAllowed, IndexError, ValueError):
            self.say(block, f"“{tag}”的写法不对。{HOW}。")
            return None
        return tree

    def resolve(self, block: Block, tree) -> TemplateField | None:
        """The field a name or `variable.column` means; None, and a sentence, where there is none."""
        if isinstance(tree, nodes.Name):
            return self.known(block, tree.name, self.names)
        if not isinstance(tree.node, nodes.Name):
            self.say(block, f"“{tree.attr}”前面只能有一个名字和一个点。")
            return None
        owner = self.known(block, tree.node.name, self.names)
        if owner is None:
            return None
        if not self.is_variable(tree.node.name):
            self.say(block, f"“{tree.node.name}”后面不能加“.{tree.attr}”；循环里要用 for 后面起的名字。")
            return None
        columns = {column.name: column for column in owner.columns}
        return self.known(block, tree.attr, columns)

    def known(self, block: Block, name: str, names: dict[str, TemplateField]) -> TemplateField | None:
        """A field by name; None, and a sentence with the nearest one, where there is none."""
        if name in names:
            return names[name]
        near = get_close_matches(name, names, 1, cutoff=0.3) or [each for each in names if set(each) & set(name)][:1]
        hint = f"最接近的是“{near[0]}”" if near else f"可用的有：{'、'.join(names)}"
        self.say(block, f"没有“{name}”这个字段，{hint}。")
        return None

    # --- blocks --------------------------------------------------------------------------------------------

    def read_block(self, block: Block, tag: str, content: str) -> None:
        """`{% … %}`: for, if and what belongs to them."""
        match = UNIT.match(content)
        unit, rest = match["unit"] or "", match["rest"].strip()
        keyword = rest.split(None, 1)[0] if rest else ""
        if keyword not in KEYWORDS or unit not in UNITS:
            self.say(
                block,
                f"不认识的标记“{tag}”。可用的只有 for、endfor、if、elif、else、endif，前面可以加 p（整段）或 tr（表格整行）。",
            )
            return
        self.check_alone(block, tag, unit)
        if keyword == "for":
            self.open_for(block, tag, unit, rest)
        elif keyword == "if":
            self.check_condition(block, tag, rest.partition("if")[2])
            self.stack.append(Open("if", unit, tag, block, self.names))
        else:
            self.continue_or_close(block, tag, unit, keyword, rest)

    def check_alone(self, block: Block, tag: str, unit: str) -> None:
        """A paragraph or row with a tag of its own is taken away whole, so nothing else may stand there."""
        if unit == "tr" and block.row is None:
            self.say(block, f"“{tag}”只能放在表格里；整段的循环请写成 {{%p …%}}。")
        elif unit == "tr" and block.row_text != tag:
            self.say(block, f"“{tag}”所在的这一行会整行去掉，这一行里不能再有别的文字；请单独占一行。")
        elif unit == "p" and block.text.strip() != tag:
            self.say(block, f"“{tag}”所在的这一段会整段去掉，这一段里不能再有别的文字；请单独占一段。")

    def open_for(self, block: Block, tag: str, unit: str, rest: str) -> None:
        """`for 段 in 正文`."""
        match = FOR.fullmatch(rest)
        names = self.names
        if match is None:
            self.say(block, f"“{tag}”的写法不对，应写成 {{%{unit or 'p'} for 段 in 正文 %}}。")
        elif listed := self.known(block, match["list"], self.fields):
            if listed.columns:
                names = names | {match["name"]: TemplateField(match["name"], "", listed.source, listed.columns)}
            else:
                self.say(
                    block,
                    f"“{listed.name}”只有一个值，不能循环；可以循环的有：{'、'.join(name for name, each in self.fields.items() if each.columns)}。",
                )
        self.stack.append(Open("for", unit, tag, block, names))

    def check_condition(self, block: Block, tag: str, content: str) -> None:
        """What stands behind if and elif."""
        tree = self.parsed(block, tag, content)
        if tree is None:
            return
        inner = [tree, *tree.find_all((nodes.Name, nodes.Getattr))]
        owners = {id(each.node) for each in inner if isinstance(each, nodes.Getattr)}
        for each in inner:
            if isinstance(each, nodes.Name | nodes.Getattr) and id(each) not in owners:
                self.resolve(block, each)

    def continue_or_close(self, block: Block, tag: str, unit: str, keyword: str, rest: str) -> None:
        """elif, else, endif, endfor."""
        wanted = "for" if keyword == "endfor" else "if"
        last = self.stack[-1] if self.stack else None
        if last is None or last.keyword != wanted:
            between = f"，它前面还有没收尾的“{last.tag}”" if last else ""
            self.say(block, f"“{tag}”前面没有对应的 {{% {wanted} …%}}{between}。")
            return
        if last.unit != unit or not self.is_level(last, block, unit):
            self.say(
                block, f"“{tag}”和“{last.tag}”不对应：两处的 p、tr 要一样，并且都在正文里、同一个格子里或同一个表格里。"
            )
        if keyword == "elif":
            self.check_condition(block, tag, rest.partition("elif")[2])
        elif keyword in ("endif", "endfor"):
            self.stack.pop()

    def is_level(self, opened: Open, block: Block, unit: str) -> bool:
        """Whether a tag stands on the level of the one it belongs to."""
        if unit == "tr":
            return opened.block.table is block.table
        if unit == "p":
            return opened.block.container is block.container
        return opened.block.paragraph is block.paragraph
