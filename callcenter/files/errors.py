"""Refusals about files that people upload."""

from callcenter.kit.errors import Invalid


class FileUnreadable(Invalid):
    """The file is neither a text in UTF-8, UTF-16 or GB18030 nor a workbook."""

    code = "file_unreadable"
    rule = "L1"


class FileTooLarge(Invalid):
    """The file has more bytes than the settings allow."""

    code = "file_too_large"
    rule = "L1"


class SheetMissing(Invalid):
    """The workbook has no sheet of that name."""

    code = "sheet_missing"
