"""A table written down as lines of cells -> the same table in every form of file it may come in.

Cells are divided by `|`; `^` is merged with the cell above, `<` with the one to the left, `⏎` is a line end in a cell.
"""

import io
from html import escape

import docx
from openpyxl import Workbook


def cells_of(grid):
    """The rows of a grid as lists of words; rows are filled up to the same width."""
    rows = [[cell.strip().replace("⏎", "\n") for cell in line.split("|")] for line in grid.strip("\n").split("\n")]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def areas(rows):
    """The merged areas: (top, left, bottom, right), counted from 0."""
    found = []
    for top, row in enumerate(rows):
        for left, word in enumerate(row):
            if word in ("^", "<"):
                continue
            right = left
            while right + 1 < len(row) and row[right + 1] == "<":
                right += 1
            bottom = top
            while bottom + 1 < len(rows) and rows[bottom + 1][left] == "^":
                bottom += 1
            if (bottom, right) != (top, left):
                found.append((top, left, bottom, right))
    return found


def words(word):
    """What a cell says: nothing where it is merged into another."""
    return "" if word in ("^", "<") else word


def as_xlsx(grids):
    """A workbook of a sheet a grid: (name of the sheet, grid)."""
    book = Workbook()
    book.remove(book.active)
    for name, grid in grids:
        sheet = book.create_sheet(name or "Sheet1")
        rows = cells_of(grid)
        for row in rows:
            sheet.append([int(word) if word.isdigit() and len(word) < 4 else words(word) or None for word in row])
        for top, left, bottom, right in areas(rows):
            sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_docx(grids):
    """A Word document: each grid's name as a paragraph above its table."""
    document = docx.Document()
    for name, grid in grids:
        for line in filter(None, name.split("\n")):
            document.add_paragraph(line)
        rows = cells_of(grid)
        table = document.add_table(len(rows), len(rows[0]))
        for top, left, bottom, right in areas(rows):
            table.cell(top, left).merge(table.cell(bottom, right))
        for index, row in enumerate(rows):
            for column, word in enumerate(row):
                if words(word):
                    table.cell(index, column).text = word
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_html(grids):
    """A web page: each grid's name as a paragraph above its table."""
    parts = []
    for name, grid in grids:
        parts.extend(f"<p>{escape(line)}</p>" for line in filter(None, name.split("\n")))
        rows = cells_of(grid)
        sizes = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in areas(rows)}
        parts.append("<table>")
        for top, row in enumerate(rows):
            parts.append("<tr>")
            for left, word in enumerate(row):
                if word not in ("^", "<"):
                    down, across = sizes.get((top, left), (1, 1))
                    parts.append(
                        f'<td rowspan="{down}" colspan="{across}">{escape(word).replace(chr(10), "<br>")}</td>'
                    )
            parts.append("</tr>")
        parts.append("</table>")
    return f'<html><head><meta charset="utf-8"></head><body>{"".join(parts)}</body></html>'.encode()


def as_text(grids, sign="\t"):
    """A text with tabs as copying out of Excel gives; with bars the lines of a cell stand behind each other."""
    lines = []
    for name, grid in grids:
        lines.extend(filter(None, name.split("\n")))
        for row in cells_of(grid):
            written = [
                f'"{words(word)}"' if "\n" in word and sign == "\t" else words(word).replace("\n", "；") for word in row
            ]
            lines.append(sign.join(written))
    return ("\n".join(lines) + "\n").encode()


def as_bars(grids):
    """A text with bars between the cells."""
    return as_text(grids, " | ")


FORMS = {"xlsx": as_xlsx, "docx": as_docx, "html": as_html, "txt": as_text, "bars.txt": as_bars}
