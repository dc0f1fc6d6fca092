"""Real lists with random damage, and what must hold of them: nothing raises, every line is accounted for."""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from callcenter.dnc.keys import look_at
from callcenter.files.reading import dialect_of, examine, text_rows
from callcenter.files.types import Encoding, Examined, Spoiled
from callcenter.imports.reading import read_table
from callcenter.imports.rules.rows import GoodRow, RowReader, RowRules
from callcenter.kit.errors import Refusal
from tests.support.lists import customers, text_of

_DATA = Path(__file__).parents[1] / "data"
_TODAY = date(2026, 11, 23)
_PIECES = (
    *(b'"', b'""', b'"\r\n', b',"', b'",', b"\r", b"\n", b"\r\n", b",", b"\t", b";", b"|", b"\0", b"\xff", b"\x80"),
    *(b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x81\x30", b"\x84\x31\xa4\x37", b"=", b'="1"', b"9" * 400, b"1E999", b"NaN"),
    *(
        b"<c",
        b"</c>",
        b"</row>",
        b"<row>",
        b"<v>",
        b"<f/>",
        b't="s"',
        b's="1"',
        b'r="ZZZ9"',
        b"_xD800_",
        b"&#0;",
        b"&a;",
    ),
)
"""What has damaged lists before."""


def texts() -> list[bytes]:
    """Returns intact texts to begin with: a real list, lists in each encoding and with each delimiter, quoted ones."""
    plain = customers(60)
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in plain]
    broken = [*plain[:30], '张三,13800138000,书面同意,SQ1,"第一行\n第二行"', *plain[30:]]
    encodings = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le")
    real = (_DATA / "leads_nanning_gb18030.csv").read_bytes()
    return [
        b"".join(real.splitlines(keepends=True)[:200]),
        *(text_of(plain, encoding=encoding) for encoding in encodings),
        *(text_of([line.replace(",", sign) for line in plain]) for sign in "\t;|"),
        *(text_of(lines, encoding=encoding, end="\n") for lines in (quoted, broken) for encoding in encodings),
        text_of(["号码", *(line.split(",")[1] for line in plain[1:])]),
    ]


def workbooks() -> list[bytes]:
    """Returns intact workbooks to begin with."""
    return [(_DATA / "leads_nanning_sheet.xlsx").read_bytes()]


# --- damage ------------------------------------------------------------------------------------------------------


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Returns a file with some damage in it: bytes changed, put in, taken out, doubled, moved, cut off."""
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(content) + 1)
        until = min(len(content), at + chance.choice((1, 2, 3, 10, 100, 1000)))
        content = chance.choice(_ACTS)(content, at, until, chance)
    return content


def _put_in(content: bytes, at: int, _until: int, chance: random.Random) -> bytes:
    return content[:at] + chance.choice(_PIECES) + content[at:]


def _change(content: bytes, at: int, _until: int, chance: random.Random) -> bytes:
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _take_out(content: bytes, at: int, until: int, _chance: random.Random) -> bytes:
    return content[:at] + content[until:]


def _double(content: bytes, at: int, until: int, chance: random.Random) -> bytes:
    return content[:until] + content[at:until] * chance.choice((1, 2, 50)) + content[until:]


def _replace(content: bytes, at: int, until: int, chance: random.Random) -> bytes:
    return content[:at] + chance.choice(_PIECES) + content[until:]


def _cut_off(content: bytes, at: int, _until: int, chance: random.Random) -> bytes:
    return content[:at] if chance.random() < 0.2 else content


_ACTS: Sequence[Callable[[bytes, int, int, random.Random], bytes]] = (
    *(_put_in, _put_in, _put_in, _change, _change, _take_out, _double, _replace, _cut_off),
)


def damaged_within(content: bytes, chance: random.Random) -> bytes:
    """Returns a workbook one of whose parts is damaged, in a package that is whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    name = chance.choice([name for name in parts if "sheet" in name.lower() or "hared" in name] * 4 + list(parts))
    parts[name] = damaged(parts[name], chance)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for part, written in parts.items():
            package.writestr(part, written)
    return file.getvalue()


# --- what must hold -----------------------------------------------------------------------------------------------


def require_accounted(content: bytes) -> str:
    """Reads a file as an import does and requires that every line is accounted for; returns what became of it."""
    file = io.BytesIO(content)
    try:
        examined = examine(file)
    except Refusal:
        return "refused"
    if examined.encoding is not None:
        _require_every_line(file, content, examined, examined.encoding)
    try:
        look_at(file, examined, "list.csv")
        table = read_table(file, examined)
        table.require_columns()
        reader = RowReader(table.layout, RowRules(_TODAY))
        before = 0
        good = rejected = 0
        for line, cells in table.rows:
            assert line > before, "a line has one row"
            before = line
            row = reader.read(line, cells)
            assert row.line == line
            if isinstance(row, GoodRow):
                good += 1
                _require_storable(
                    row.name, row.district, row.occupation, row.customer_class, row.basis_reference, row.address
                )
                json.dumps(row.fields, ensure_ascii=False, allow_nan=False).encode()
            else:
                rejected += 1
                json.dumps(row.row, ensure_ascii=False).encode()
    except Refusal:
        return "refused"
    return "read" if good else "nothing good"


def _require_every_line(file: io.BytesIO, content: bytes, examined: Examined, encoding: Encoding) -> None:
    """Requires that the rows of a text, one behind the other, are all its physical lines."""
    expected = 1
    for line, row in text_rows(file, dialect_of(file, examined)):
        assert line == expected, "no line is passed over"
        expected += 1
        if type(row) is not Spoiled:
            over_lines = [cell for cell in row if isinstance(cell, str) and "\n" in cell]
            expected += sum(cell.count("\n") for cell in over_lines)
            assert not any(re.search(r"\d{11}", cell) for cell in over_lines), "nobody is in another's cell"
    assert expected - 1 == _count_lines(content, encoding)


def _count_lines(content: bytes, encoding: Encoding) -> int:
    """Counts physical lines in a way of its own."""
    if encoding is Encoding.UTF_16:
        order = "utf-16-be" if content[:2] == b"\xfe\xff" else "utf-16-le"
        text = content.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
        odd = len(text) % 2
        content = text[: len(text) - odd].decode(order, "surrogatepass").encode("utf-8", "surrogatepass") + b"?" * odd
    else:
        content = content.removeprefix(b"\xef\xbb\xbf")
    content = content.replace(b"\0", b"")
    return len(re.findall(rb"\r\n|\r|\n", content)) + (content[-1:] not in (b"", b"\r", b"\n"))


def _require_storable(*texts: str) -> None:
    for text in texts:
        assert "\0" not in text
        text.encode()
