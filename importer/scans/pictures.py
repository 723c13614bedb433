"""An uploaded file -> its pages as pictures: .jpg, .png, .tif of several pages, and pages of a PDF drawn at 200 dots an inch."""

import io
from typing import TYPE_CHECKING

from importer.files.limits import SPLIT, damaged
from importer.files.readers import UnreadableDocument

from .scanned import DOTS

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile
    from pypdfium2 import PdfDocument

    from .arrays import Picture

MOST_PIXELS = 120_000_000  # as the file says; a telephone's largest pictures have 108 million
LONGEST = 3600  # pixels of the longer side that are read: two facing pages at 200 dots an inch
MOST_PAGES = 300
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
FORMS = ("PNG", "JPEG", "TIFF", "BMP")


def is_picture(content: bytes) -> bool:
    """Whether a file is a picture that can be read; the two bytes of a bitmap may begin a text as well."""
    return content.startswith(STARTS) and (not content.startswith(b"BM") or b"\x00" in content[:64])


def is_one_picture(content: bytes) -> bool:
    """Whether a file is a picture of a form that holds one page: any but .tif."""
    return is_picture(content) and not content.startswith((b"II*", b"MM"))


def pictures_in(content: bytes) -> int:
    """How many pages a picture file holds. Raises `UnreadableDocument` for a damaged one and one too large."""
    with opened(content) as picture:
        count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    check_count(count)
    return count


def check_count(count: int) -> None:
    """Refuse a document of too many scanned pages."""
    if count > MOST_PAGES:
        raise UnreadableDocument(f"扫描件有 {count} 页，超过 {MOST_PAGES} 页的上限。", SPLIT)


def picture_of(content: bytes, page: int) -> "Picture":
    """One page (from 0) of a picture file as an array of blue, green, red."""
    import numpy
    from PIL import Image, ImageOps

    with opened(content) as picture:
        try:
            picture.seek(page)
            if picture.format == "JPEG":
                picture.draft("RGB", (LONGEST, LONGEST))
            whole = ImageOps.exif_transpose(picture)
            whole.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
            if whole.mode in ("RGBA", "LA", "PA") or "transparency" in whole.info:
                whole = Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole.convert("RGBA"))
            return numpy.ascontiguousarray(numpy.asarray(whole.convert("RGB"))[:, :, ::-1])
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise damaged("图片") from error


def opened(content: bytes) -> "ImageFile":
    """A picture file, opened but not unpacked."""
    from PIL import Image, UnidentifiedImageError

    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # our own limit, with a sentence of its own
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise damaged("图片") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise UnreadableDocument(
            f"图片有 {picture.width}×{picture.height} 像素，太大了。", "请把分辨率降到每英寸 200 至 300 点，再导入。"
        )
    return picture


def drawn_page(document: "PdfDocument", page: int) -> "Picture":
    """One page (from 0) of an open PDF as an array of blue, green, red."""
    import numpy

    sheet = document[page]
    try:
        scale = min(DOTS / 72, LONGEST / max(*sheet.get_size(), 1))
        picture = sheet.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=False)
        return numpy.ascontiguousarray(picture.to_numpy()[:, :, :3])
    finally:
        sheet.close()
