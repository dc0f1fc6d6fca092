"""Reads from the row what other rooms may know of a member of staff."""

from callcenter.people.models import Staff
from callcenter.people.types import Fitness, StaffCard


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
