"""Files that cost far more to read than their size says, and builders of workbooks by their parts."""

import io
import zipfile

CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % "电话".encode()
_RELATIONS = b"".join(
    b'<Relationship Id="%s" Type="x/%s" Target="%s"/>' % relation
    for relation in (
        (b"r1", b"worksheet", b"worksheets/sheet1.xml"),
        (b"r2", b"styles", b"styles.xml"),
        (b"r3", b"sharedStrings", b"sharedStrings.xml"),
    )
)


def book(
    sheet: bytes = CELL,
    *,
    sheets: bytes = b'<sheet name="a" r:id="r1"/>',
    styles: bytes = b"",
    shared: bytes = b"",
    method: int = zipfile.ZIP_DEFLATED,
) -> io.BytesIO:
    """Returns an XLSX with these contents of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        root = b'<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        package.writestr("_rels/.rels", root)
        package.writestr("xl/workbook.xml", b'<workbook xmlns:r="r"><sheets>%s</sheets></workbook>' % sheets)
        package.writestr("xl/_rels/workbook.xml.rels", b"<Relationships>%s</Relationships>" % _RELATIONS)
        package.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>%s</sheetData></worksheet>" % sheet)
        package.writestr("xl/styles.xml", b"<styleSheet>%s</styleSheet>" % styles)
        package.writestr("xl/sharedStrings.xml", b"<sst>%s</sst>" % shared)
    return file


def sheets_of(number: int) -> bytes:
    """Returns the declarations of so many sheets."""
    return b"".join(b'<sheet name="a%d" r:id="r1"/>' % sheet for sheet in range(number))


def bombs() -> dict[str, io.BytesIO]:
    """Returns workbooks of at most a few hundred kilobytes whose reading took seconds to minutes, or gigabytes."""
    return {
        "bzip2": book(b" " * 50_000_000, method=zipfile.ZIP_BZIP2),
        "lzma": book(b" " * 5_000_000, method=zipfile.ZIP_LZMA),
        "blank sheet": book(CELL + b" " * 50_000_000),
        "long attribute": book(b'<row a="%s"/>' % (b"x" * (3 << 20))),
        "many attributes": book(b"<row %s/>" % b" ".join(b'a%d=""' % number for number in range(60_000))),
        "long comment": book(b"<!--%s-->" % (b"-x" * (1 << 20))),
        "deep": book(b"<a>" * 2_000_000),
        "long text": book(shared=b"<si><t>%s</t></si>" % (b"x" * (50 << 20))),
        "many sheets": book(sheets=sheets_of(20_000)),
    }
