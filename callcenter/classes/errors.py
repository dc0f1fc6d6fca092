"""Refusals about classes."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class SchemeNotFound(NotFound):
    code = "class_scheme_not_found"


class ClassNotFound(NotFound):
    code = "class_not_found"


class RulesNotFound(NotFound):
    """Refuses a version that the scheme does not have."""

    code = "class_rules_not_found"


class PreviewNotFound(NotFound):
    code = "class_preview_not_found"


class SchemeTaken(Conflict):
    """Another scheme has this key."""

    code = "class_scheme_taken"


class ClassTaken(Conflict):
    """Another class of the scheme has this code or name."""

    code = "class_taken"


class ClassInUse(Conflict):
    """Customers have it, or the rules in force give it."""

    code = "class_in_use"


class OrderIncomplete(Invalid):
    """Refuses an order that does not name each class of the scheme once."""

    code = "class_order_incomplete"


class RulesInvalid(Invalid):
    """``params["findings"]`` says which rule, which condition, and what is wrong (``RuleProblem``)."""

    code = "class_rules_invalid"
    rule = "L5"
