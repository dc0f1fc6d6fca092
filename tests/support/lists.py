"""Lists as they are delivered: texts line by line, workbooks part by part, as other programs write them."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from tests.support.rows import phone_number

TITLES = ("姓名", "手机号", "授权依据", "授权编号", "备注")

_NAMES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DURATION, DATE = 1, 2
"""Styles of ``Book``: ``[h]:mm:ss`` and a date."""
_STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>'
)


def customer(number: int, *, note: str = "ok", evidence: str | None = None, phone: str | None = None) -> list[str]:
    """Returns the cells of one customer under ``TITLES``."""
    return [
        f"客户{number:03d}",
        phone_number(number) if phone is None else phone,
        "书面同意",
        f"SQ{number:04d}" if evidence is None else evidence,
        note,
    ]


def customers(count: int) -> list[str]:
    """Returns a list's lines: the titles, then ``count`` customers. No cell is quoted."""
    return [",".join(cells) for cells in (TITLES, *(customer(number) for number in range(count)))]


def text_of(lines: Iterable[str], *, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return "".join(line + end for line in lines).encode(encoding)


# --- workbooks ---------------------------------------------------------------------------------------------------


def cell(value: object, *, kind: str = "", style: int = 0, formula: str = "") -> str:
    """Returns a cell without its place; ``kind``: as the file writes it, else a text or a number by the value."""
    if not kind and isinstance(value, str):
        return f'<c{{r}} t="inlineStr"><is><t>{value}</t></is></c>'
    attributes = (f' t="{kind}"' if kind else "") + (f' s="{style}"' if style else "")
    inside = (f"<f>{formula}</f>" if formula else "") + ("" if value is None else f"<v>{value}</v>")
    return f"<c{{r}}{attributes}>{inside}</c>"


def row(number: int, cells: Sequence[object], *, hidden: bool = False) -> str:
    """Returns one row; a cell is a value, or what ``cell`` returned."""
    written = [value if isinstance(value, str) and value.startswith("<c") else cell(value) for value in cells]
    placed = "".join(one.replace("{r}", f' r="{chr(65 + place)}{number}"') for place, one in enumerate(written))
    return f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{placed}</row>'


def sheet(rows: Sequence[Sequence[object]]) -> str:
    """Returns the rows of a sheet, numbered from 1."""
    return "".join(row(number, cells) for number, cells in enumerate(rows, 1))


def book(
    *sheets: str,
    states: Sequence[str] = (),
    shared: Sequence[str] = (),
    folder: str = "xl/worksheets",
    rename: Mapping[str, str] | None = None,
) -> bytes:
    """Returns a workbook of sheets S1, S2, … ``states``: hidden, veryHidden; ``rename``: a part → its other name."""
    names = {place: f"{folder}/sheet{place}.xml" for place in range(1, len(sheets) + 1)}
    attributes = [f' state="{states[place]}"' if place < len(states) and states[place] else "" for place in range(9)]
    tags = "".join(f'<sheet name="S{place}"{attributes[place - 1]} r:id="i{place}"/>' for place in names)
    targets = {**{f"i{place}": ("worksheet", name) for place, name in names.items()}, "y": ("styles", "xl/styles.xml")}
    parts = {
        "xl/workbook.xml": f'<workbook xmlns:r="{_NAMES}"><sheets>{tags}</sheets></workbook>',
        "xl/styles.xml": _STYLES,
        **{
            names[place]: f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
            for place, rows in enumerate(sheets, 1)
        },
    }
    if shared:
        targets["t"] = ("sharedStrings", "xl/sharedStrings.xml")
        parts["xl/sharedStrings.xml"] = "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in shared) + "</sst>"
    parts["xl/_rels/workbook.xml.rels"] = (
        "<Relationships>"
        + "".join(
            f'<Relationship Id="{key}" Type="{_NAMES}/{kind}" Target="/{target}"/>'
            for key, (kind, target) in targets.items()
        )
        + "</Relationships>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr((rename or {}).get(name, name), content)
    return file.getvalue()
