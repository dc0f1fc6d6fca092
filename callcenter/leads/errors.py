"""What the leads room refuses."""

from callcenter.kit.errors import Invalid, NotFound


class LeadNotFound(NotFound):
    code = "lead_not_found"


class ListNotFound(NotFound):
    code = "lead_list_not_found"


class UnknownCampaign(NotFound):
    code = "unknown_campaign"


class FileUnreadable(Invalid):
    """Neither a UTF-8 or GB18030 text with a header, nor a workbook."""

    code = "file_unreadable"
    rule = "L1"


class ColumnMissing(Invalid):
    """The header names no column that a list cannot do without."""

    code = "column_missing"
    rule = "L1"


class ReasonMissing(Invalid):
    code = "reason_missing"


class FileTooLarge(Invalid):
    code = "file_too_large"
