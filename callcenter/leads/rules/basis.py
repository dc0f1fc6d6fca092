"""When a legal basis counts. Pure. Source: requirement L9.

``repository.basis_counts`` is the same rule as an SQL expression; a test compares the two.
"""

from datetime import date


def basis_counts(withdrawn: bool, valid_until: date | None, today: date) -> bool:
    """Returns whether a basis permits a call; it does so on its last day too."""
    return not withdrawn and (valid_until is None or valid_until >= today)
