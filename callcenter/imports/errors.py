"""Refusals of imports."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class ColumnMissing(Invalid):
    """The header names no column that a list cannot do without."""

    code = "column_missing"
    rule = "L1"


class FieldsInvalid(Invalid):
    """The declaration of the further fields does not hold together."""

    code = "fields_invalid"
    rule = "L4"


class UploadNotFound(NotFound):
    code = "upload_not_found"


class UploadBusy(Conflict):
    """A dry run or an import of it waits or runs."""

    code = "upload_busy"


class UploadOver(Conflict):
    """It has been imported or discarded: its content is gone."""

    code = "upload_over"
