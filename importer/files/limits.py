"""How much an uploaded document may cost, and the sentences for what costs more."""

from .readers import UnreadableDocument

MAX_BYTES = 20 * 1024 * 1024  # as sent
MAX_UNPACKED = 200 * 1024 * 1024  # all parts of a packed document together
MAX_PARTS = 5_000  # files in a packed document
MAX_LINES = 200_000
MAX_CHARACTERS = 1_000_000  # of text, whatever its form and however it comes in: several times the longest plan; the same long string in many cells costs next to nothing in the file
MAX_COLUMNS = 16_384  # cells a row: Excel's own limit
MAX_ELEMENTS = (
    1_000_000  # of all XML parts together: several times what a plan of 2,000 items needs, and a second to read
)
MAX_DEPTH = 200  # of one XML part
MAX_PAGES = 2_000  # of a PDF
SECONDS = 20
MEMORY = 512 * 1024 * 1024

SPLIT = "请把文件拆成几份，分别导入。"
RESAVE = "请用 WPS 或 Word 打开，确认内容完好后另存一份再导入。"


def too_large() -> UnreadableDocument:
    """The refusal of a file larger than may be sent."""
    return UnreadableDocument(f"文件超过 {MAX_BYTES // 1024 // 1024} MB。", "请删去图片和附件，或拆成几份，再导入。")


def too_large_unpacked() -> UnreadableDocument:
    """The refusal of a packed document that is too large inside."""
    return UnreadableDocument(
        f"文件解开后超过 {MAX_UNPACKED // 1024 // 1024} MB，可能是压缩炸弹，没有读取。",
        "请删去图片和附件后另存一份，再导入。",
    )


def too_many_lines() -> UnreadableDocument:
    """The refusal of a document with too many lines."""
    return UnreadableDocument(
        f"文件超过 {MAX_LINES:,} 行（空行也算），没有读取。", "请删去多余的空行、空段落，或拆成几份，再导入。"
    )


def too_long(characters: int) -> UnreadableDocument:
    """The refusal of a document with more text than is taken in."""
    return UnreadableDocument(f"文件有 {characters:,} 字，超过 {MAX_CHARACTERS:,} 字，没有读取。", SPLIT)


def too_complex() -> UnreadableDocument:
    """The refusal of a document built of too many parts or nested too deep."""
    return UnreadableDocument("文件内部的结构过于庞大，没有读取。", "请把内容复制到一份新文件里，再导入。")


def too_slow(seconds: int = SECONDS) -> UnreadableDocument:
    """The refusal of a document that cannot be read in time."""
    return UnreadableDocument(f"文件在 {seconds} 秒内没有读完，已停止。", SPLIT)


def too_hungry(memory: int = MEMORY) -> UnreadableDocument:
    """The refusal of a document that needs too much memory."""
    return UnreadableDocument(f"读取这份文件需要的内存超过 {memory // 1024 // 1024} MB，已停止。", SPLIT)


def damaged(what: str = "文件") -> UnreadableDocument:
    """The refusal of a file whose bytes are not what they should be."""
    return UnreadableDocument(f"{what}已损坏，读不出来。", RESAVE)


def encrypted() -> UnreadableDocument:
    """The refusal of a file that asks for a password."""
    return UnreadableDocument("文件设有打开密码。", "请在 WPS 或 Word 中取消密码后另存一份，再导入。")
