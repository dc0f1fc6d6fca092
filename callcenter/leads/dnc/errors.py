"""What do-not-call and the legal basis refuse."""

from callcenter.kit.errors import Conflict, NotFound


class DncEntryNotFound(NotFound):
    code = "dnc_entry_not_found"


class DncAlreadyLifted(Conflict):
    code = "dnc_already_lifted"
    rule = "L6"
