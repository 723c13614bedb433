"""A workbook of people -> its rows, each cell read by its heading; what cannot be read is said with row and column.

Pure: who is meant by a row, and what it changes, is found by `comparing.py`.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from workplans.models.organization import PHONE, ROLE_LABELS, ROLE_WORDS
from workplans.people import one_name
from workplans.sheet_text import as_text
from workplans.uploads import UploadedTable, UploadError, read_csv, read_workbook

MOST = 2_000  # people of one file
LONGEST = 150  # of a name and of a user name, as Django keeps them
LEFT, STAYS = "离任", "在职"


@dataclass(frozen=True)
class PeopleColumn:
    """A column of the workbook: its heading, other headings it goes by, and what reads a cell (raises ValidationError)."""

    name: str
    heading: str
    parse: Callable[[str], object]
    width: int
    help: str
    aliases: tuple[str, ...] = ()


def one_form(text: str) -> str:
    """Return `text` without spaces around it, full-width letters made plain."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_name(text: str) -> str:
    """Return a name of one kind of characters, without spaces inside a Chinese one."""
    name = one_name(unicodedata.normalize("NFKC", text))
    if len(name) > LONGEST:
        raise ValidationError(f"姓名超过 {LONGEST} 个字。")
    return name


def parse_role(text: str) -> str | None:
    """Return the role a word means, None for blank."""
    if text and text not in ROLE_WORDS:
        raise ValidationError(f"角色“{text}”不认识。可填：{'、'.join(ROLE_LABELS.values())}。")
    return ROLE_WORDS[text] if text else None


def parse_phone(text: str) -> str:
    """Return a telephone number as it is dialled."""
    number = "".join(unicodedata.normalize("NFKC", text).split()).replace("—", "-").replace("–", "-")
    if number:
        PHONE(number)
    return number


def parse_email(text: str) -> str:
    """Return an address for mails."""
    address = unicodedata.normalize("NFKC", text)
    if address:
        try:
            validate_email(address)
        except ValidationError as problem:
            raise ValidationError(f"“{text}”不是邮箱地址，请写成 zhangwei@example.cn 这样。") from problem
    return address


def parse_state(text: str) -> bool:
    """Say whether the person has left."""
    if text in ("", STAYS, "在岗", "是"):
        return False
    if text in (LEFT, "离职", "调离", "退休", "否"):
        return True
    raise ValidationError(f"“{text}”不认识，请填“{STAYS}”或“{LEFT}”。")


COLUMNS = (
    PeopleColumn("name", "姓名", parse_name, 14, "必填。"),
    PeopleColumn(
        "username", "用户名", one_form, 18, "登录用。空着的由姓名的拼音生成，上传后可以改；已有的人空着，按姓名和科室认。",
        ("账号", "登录名"),
    ),
    PeopleColumn("office", "科室", str.strip, 22, "填报人和科室负责人必填，写系统中的科室名或别名。", ("部门", "处室", "所在科室")),
    PeopleColumn(
        "role", "角色", parse_role, 14, f"{'、'.join(ROLE_LABELS.values())}；空着的是填报人。一人兼几职，每职写一行，用户名相同。",
        ("身份", "职务"),
    ),
    PeopleColumn("phone", "手机", parse_phone, 18, "可以不填；空着的不改已有的。", ("电话", "联系电话", "手机号", "手机号码")),
    PeopleColumn("email", "邮箱", parse_email, 28, "可以不填；空着的不改已有的。", ("电子邮箱", "邮件", "E-mail", "Email")),
    PeopleColumn("has_left", "状态", parse_state, 10, f"填“{LEFT}”的不能再登录，写过的内容都保留；空着的是{STAYS}。", ("在职",)),
)  # fmt: skip
KEY = COLUMNS[0].heading
BY_HEADING = {heading: column for column in COLUMNS for heading in (column.heading, *column.aliases)}


@dataclass(frozen=True)
class PeopleProblem:
    """What is wrong with a row: the column's heading ("" for the whole row), what stands there, and how to mend it."""

    row: int
    heading: str
    value: str
    message: str


@dataclass
class PersonRow:
    """One row as it was read."""

    number: int
    name: str = ""
    username: str = ""
    office: str = ""
    role: str | None = None
    phone: str = ""
    email: str = ""
    has_left: bool = False
    problems: list[PeopleProblem] = field(default_factory=list)

    def refuse(self, message: str, column: str = "", value: str = "") -> None:
        """Say why the row cannot be taken."""
        heading = next((each.heading for each in COLUMNS if each.name == column), "")
        self.problems.append(PeopleProblem(self.number, heading, value[:100], message))


@dataclass(frozen=True)
class PeopleSheet:
    """The rows of a file, and what of it was not read."""

    rows: list[PersonRow]
    notes: list[str]


def read_people(name: str, content: bytes) -> PeopleSheet:
    """Read an uploaded .xlsx or .csv file under limits. Raises UploadError."""
    ending = name.rpartition(".")[2].lower()
    if ending not in ("xlsx", "csv"):
        raise UploadError("只能导入 .xlsx 或 .csv 文件；其他格式请在 Excel 或 WPS 中另存为 .xlsx。")
    return people_of(read_csv(content, KEY) if ending == "csv" else read_workbook(content, KEY))


def people_of(table: UploadedTable) -> PeopleSheet:
    """Return the rows of a table. Raises UploadError where no column is headed 姓名, or there are too many."""
    columns = {index: BY_HEADING[heading] for index, heading in enumerate(table.headings) if heading in BY_HEADING}
    found = [column.name for column in columns.values()]
    if COLUMNS[0].name not in found:
        raise UploadError(f"表头中没有“{KEY}”列，不能导入。请下载空白表，照它的表头填写。")
    if twice := next((column for column in columns.values() if found.count(column.name) > 1), None):
        raise UploadError(f"有两列都是{twice.heading}，不知道读哪一列，请删去其中一列。")
    if len(table.rows) > MOST:
        raise UploadError(f"一次最多导入 {MOST:,} 人，请分成几个文件。")
    if not table.rows:
        raise UploadError("表头下面没有人员，没有可以导入的内容。")
    unknown = [heading for heading in table.headings if heading and heading not in BY_HEADING]
    notes = [f"这些列不认识，没有读取：{'、'.join(unknown)}。"] if unknown else []
    if table.not_read:
        notes.append(f"这些工作表没有读取：{'、'.join(table.not_read)}。")
    return PeopleSheet([_row(row, columns) for row in table.rows], notes)


def _row(source, columns) -> PersonRow:
    row = PersonRow(source.number)
    for index, column in columns.items():
        text = as_text(source.values[index]).strip()
        try:
            setattr(row, column.name, column.parse(text))
        except ValidationError as problem:
            row.refuse(problem.messages[0], column.name, text)
    if not row.name and not row.problems:
        row.refuse("没有姓名。", "name")
    return row
