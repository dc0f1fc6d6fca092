"""Refusals about files that people upload."""

from callcenter.kit.errors import Invalid, Refusal, Unavailable


class FileUnreadable(Invalid):
    """Refuses a file that is neither a text in UTF-8, UTF-16 or GB18030 nor a workbook."""

    code = "file_unreadable"
    rule = "L1"


class FileTooLarge(Refusal):
    """Refuses a file with more bytes than the settings allow."""

    status = 413
    code = "file_too_large"
    rule = "L1"


class FileTooCostly(Invalid):
    """Refuses a file that is built so that reading it takes far more time or memory than its size says."""

    code = "file_too_costly"
    rule = "L1"


class ReadingBusy(Unavailable):
    """Refuses to read a file while as many as may are read, and others wait."""

    code = "reading_busy"


class SheetMissing(Invalid):
    """Refuses the name of a sheet that the workbook does not have."""

    code = "sheet_missing"
