"""Refusals of the lines room."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class TrunkNotFound(NotFound):
    code = "trunk_not_found"


class TrunkChanged(Conflict):
    """Refuses a change of a trunk that another person has changed since it was read."""

    code = "trunk_changed"


class TrunkNameTaken(Conflict):
    code = "trunk_name_taken"


class TrunkPasswordMissing(Invalid):
    """Refuses an account without a password."""

    code = "trunk_password_missing"


class TrunkAccountMissing(Invalid):
    """Refuses a trunk that registers or signs without an account."""

    code = "trunk_account_missing"


class TrunkNotEncrypted(Invalid):
    """Refuses encrypted sound over a connection that is not: its keys could be read there."""

    code = "trunk_not_encrypted"
