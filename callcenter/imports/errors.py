"""Refusals of imports."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class ColumnMissing(Invalid):
    """Refuses a header that names no column that a list cannot do without."""

    code = "column_missing"
    rule = "L1"


class FieldsInvalid(Invalid):
    """Refuses a declaration of further fields that contradicts itself."""

    code = "fields_invalid"
    rule = "L4"


class UploadNotFound(NotFound):
    code = "upload_not_found"


class UploadBusy(Conflict):
    """Refuses an act on an upload while a dry run or an import of it waits or runs."""

    code = "upload_busy"


class UploadOver(Conflict):
    """Refuses an upload that was imported or discarded: its content is gone."""

    code = "upload_over"
