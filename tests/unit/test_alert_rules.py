"""Every alert is somebody's work: its kind has a right, and those who hold the right are shown the bell."""

import pytest

from callcenter.alerts.rules import RIGHT_OF, kinds_for
from callcenter.alerts.types import AlertKind
from callcenter.people.types import RIGHTS, Role


def test_every_kind_has_a_right() -> None:
    assert set(RIGHT_OF) == set(AlertKind)


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_reaches_a_role(kind: AlertKind) -> None:
    assert [role for role in Role if kind in kinds_for(RIGHTS[role])]


def test_a_broken_trail_reaches_the_auditor() -> None:
    assert AlertKind.AUDIT_BROKEN in kinds_for(RIGHTS[Role.AUDITOR])


def test_staff_without_any_of_the_rights_see_no_kind() -> None:
    assert kinds_for(RIGHTS[Role.AGENT]) == frozenset()
