"""Reads from the row what other rooms may know of a member of staff."""

from callcenter.kit.actor import Actor, LogInStep
from callcenter.people.models import Staff
from callcenter.people.rules import LogInFacts, scope_of, step_due
from callcenter.people.types import RIGHTS, Fitness, StaffCard


def card_of(staff: Staff) -> StaffCard:
    return StaffCard(
        id=staff.id,
        name=staff.name,
        role=staff.role,
        branch=staff.branch,
        extension=staff.extension,
        robot_number=staff.robot_number,
        licence_number=staff.licence_number,
        region_id=staff.region_id,
    )


def fitness_of(staff: Staff) -> Fitness:
    return Fitness(
        active=staff.active,
        licence_valid_until=staff.licence_valid_until,
        trained=staff.trained_at is not None,
        examined=staff.examined_at is not None,
        agreement_signed=staff.agreement_signed_at is not None,
        leaving=staff.leaving_at is not None,
        training_valid_until=staff.training_valid_until,
        exam_valid_until=staff.exam_valid_until,
        agreement_valid_until=staff.agreement_valid_until,
    )


def actor_of(staff: Staff) -> Actor:
    """Returns a member of staff as the actor of a session whose log-in is complete."""
    return Actor(
        staff_id=staff.id,
        name=staff.name,
        role=staff.role.value,
        rights=frozenset(right.value for right in RIGHTS[staff.role]),
        scope=scope_of(staff.role, staff.branch, staff.region_id),
    )


def due_of(staff: Staff, enrolled: bool, demanded: bool, *, proven: bool) -> LogInStep | None:
    """Returns what a log-in of this person still lacks."""
    one_time = staff.one_time_until is not None
    return step_due(LogInFacts(one_time=one_time, enrolled=enrolled, demanded=demanded, proven=proven))
