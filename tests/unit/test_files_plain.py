"""What is read of a workbook past the XML parser is what the parser reads."""

import io
import random
import zipfile
from typing import Any

import pytest

from callcenter.files.errors import FileUnreadable
from callcenter.files.plain import plain_attributes
from callcenter.files.sheet import SheetParser
from callcenter.files.texts import TextsParser
from callcenter.files.types import Row
from callcenter.files.workbook import Workbook

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATION}"><sheets><sheet name="名单" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
RELATIONS = (
    f'<Relationships><Relationship Id="rId1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
TEXTS = [
    "<si><t>张三</t></si>",
    '<si><t xml:space="preserve"> 空格 </t></si>',
    "<si><r><t>两</t></r><r><t>段</t></r></si>",
    "<si><t>a&amp;b</t></si>",
    "<si><t>_x000A_</t></si>",
    "<si><t>漢字</t><rPh sb='0' eb='1'><t>かんじ</t></rPh></si>",
    "<si/>",
    "\n<si>\n<t>x</t></si>",
    f"<si><t>{'长' * 40_000}</t></si>",
    "<!-- <si><t>remark</t></si> -->",
    "<si><t>last</t></si>",
]
PLAIN_ROWS = [
    '<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" t="s"><v>1</v></c></row>',
    '<row r="{n}" spans="1:3"><c r="A{n}" t="inlineStr"><is><t>文</t></is></c><c r="B{n}"><v>13800001234</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>a</t></is></c><c r="B{n}" t="inlineStr"><is><t>b</t></is></c></row>',
]
ODD_ROWS = [
    '<row r="{n}" hidden="1"><c r="A{n}" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c></row>',
    '<row r="{n}"><c r="C{n}" s="0"/><c r="D{n}" s="0"><v>1.5</v></c><c r="F{n}" t="b"><v>1</v></c></row>',
    '<row r="{n}"><c r="B{n}"><v>1</v></c><c r="A{n}"><v>2</v></c></row>',
    '<row><c><v>1</v></c><c t="str"><v>x</v></c></row>',
    '<row r="{n}"></row>',
    '<row r="{n}"/>',
    '<row r="3"><c r="A3"><v>back</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="s"><v>999</v></c><c r="B{n}" t="s"><v>0</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="s"><v>8</v></c><c r="B{n}" t="s"><v>-1</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="s"><v></v></c><c r="B{n}" t="s"><v>0</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>_x0041_</t></is></c><c r="B{n}" t="inlineStr"><is/></c></row>',
    '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>1 &lt; 2</t></is></c></row>',
    '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>1 > 2 ]]</t></is></c></row>',
    '<row r="{n}"><c r="A{n}"><f>1+1</f></c></row>',
    '<row r="{n}"><c r="ZZZ{n}"><v>1</v></c></row>',
    '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>one\r\ntwo</t></is></c></row>',
    "\n  <row r='{n}'>\n    <c r='A{n}'><v>quoted</v></c>\n  </row>\n",
    '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t><![CDATA[</row>]]></t></is></c></row>',
    '<!-- <row r="{n}"><c r="A{n}"><v>remark</v></c></row> -->',
    '<row r="{n}"/><![CDATA[ </row><row r="{n}"><c r="A{n}"><v>characters</v></c></row> ]]>',
    '<x><row r="{n}"><c r="A{n}"><v>nested</v></c></row></x>',
]
BROKEN_ROWS = [
    '<row r="{n}" r="{n}"><c r="A{n}"><v>twice</v></c></row>',
    '<row r="{n}"><c r="A{n}"><v>]]></v></c></row>',
    '<row r="{n}"><c r="A{n}"><v>\x01</v></c></row>',
    '<row r="{n}"><c r="A{n}"><v>\uffff</v></c></row>',
    '<row r="{n}"><c r="A{n}"><v>&none;</v></c></row>',
    '<row r="{n}"><c r="A{n}"></row>',
    '</sheetData></worksheet><row r="{n}"><c r="A{n}"><v>behind the end</v></c></row>',
]


def sheet_of(rows: list[str], head: str = "") -> bytes:
    cells = "".join(row.replace("{n}", str(number)) for number, row in enumerate(rows, start=1))
    return f'{head}<worksheet xmlns="{NAMESPACE}"><sheetData>{cells}</sheetData><pageMargins/></worksheet>'.encode()


def texts_of(texts: list[str]) -> bytes:
    return f'<sst xmlns="{NAMESPACE}" count="9">{"".join(texts)}</sst>'.encode()


def read(sheet: bytes, texts: bytes) -> tuple[list[Row], int] | str:
    """Returns the rows and how many are hidden, or the code of the refusal."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", BOOK)
        package.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        package.writestr("xl/sharedStrings.xml", texts)
    book = Workbook(file)
    try:
        return list(book.rows()), book.hidden_rows
    except FileUnreadable as refused:
        return refused.code


def by_parser(sheet: bytes, texts: bytes) -> tuple[list[Row], int] | str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SheetParser, "_take_plain", lambda *_: False)
        patch.setattr(TextsParser, "_take_plain", lambda *_: False)
        return read(sheet, texts)


def damaged(content: bytes, chance: random.Random) -> bytes:
    damage = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(damage))
        match chance.randrange(3):
            case 0:
                damage[at] = chance.choice(b'<>&"/\x00\r \xff0A')
            case 1:
                del damage[at : at + chance.randint(1, 30)]
            case _:
                damage[at:at] = chance.choice([b"</row>", b"<row>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"</si>"])
    return bytes(damage)


@pytest.mark.parametrize("odd", [*ODD_ROWS, *BROKEN_ROWS])
def test_a_row_between_plain_ones_is_as_the_parser_reads_it(odd: str) -> None:
    sheet, texts = sheet_of([*PLAIN_ROWS, odd, *PLAIN_ROWS, odd, *PLAIN_ROWS]), texts_of(TEXTS)

    assert read(sheet, texts) == by_parser(sheet, texts)


@pytest.mark.parametrize("head", ["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>', "<!-- <sheetData><row> -->"])
def test_any_head_of_a_sheet(head: str) -> None:
    sheet, texts = sheet_of(PLAIN_ROWS, head), texts_of(TEXTS)

    found = read(sheet, texts)

    assert found == by_parser(sheet, texts)
    assert len(found[0]) == len(PLAIN_ROWS)


def test_another_encoding_is_left_to_the_parser() -> None:
    sheet = sheet_of(PLAIN_ROWS, '<?xml version="1.0" encoding="iso-8859-1"?>')

    assert read(sheet, texts_of(TEXTS)) == by_parser(sheet, texts_of(TEXTS)) != read(sheet_of(PLAIN_ROWS), b"<sst/>")


@pytest.mark.parametrize("seed", range(60))
def test_random_rows_and_damage(seed: int) -> None:
    chance = random.Random(seed)
    rows = chance.choices([*PLAIN_ROWS * 5, *ODD_ROWS], k=chance.choice([5, 50, 1500]))
    sheet, texts = sheet_of(rows), texts_of(chance.choices(TEXTS, k=30))
    if seed % 2:
        sheet = damaged(sheet, chance)
    if seed % 5 == 0:
        texts = damaged(texts, chance)

    assert read(sheet, texts) == by_parser(sheet, texts)


def test_plain_rows_do_not_pass_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    take = SheetParser._take_plain

    def count(parser: SheetParser, row: str, convert: Any, rows: list[Row]) -> bool:
        taken.append(take(parser, row, convert, rows))
        return taken[-1]

    monkeypatch.setattr(SheetParser, "_take_plain", count)

    read(sheet_of(PLAIN_ROWS * 2000), texts_of(TEXTS))

    assert taken == [True] * len(PLAIN_ROWS) * 2000


def test_attributes_are_plain_or_left_to_the_parser() -> None:
    assert plain_attributes(' r="1" x14ac:dyDescent="0.25"') == {"r": "1", "x14ac:dyDescent": "0.25"}
    assert plain_attributes("") == {}
    for text in (' r="1" r="2"', " r='1'", ' r="1"s="2"', ' r="&amp;"', " hidden", ' r="' + "1" * 1000 + '"'):
        assert plain_attributes(text) is None
