"""Makes the first administrator, whose password is shown once."""

import secrets

from callcenter.bootstrap import System
from callcenter.kit.work import Work
from callcenter.people.errors import StaffNotFound
from callcenter.people.types import Role, StaffDraft
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.types import Answers, Question

NAME = "系统管理员"


async def make_administrator(system: System, answers: Answers) -> str | None:
    """Returns the password of the new administrator; None where the log-in is an administrator's already.

    Raises AnswerRefused for the log-in of another person.
    """
    async with system.works.begin() as work:
        try:
            card = await system.people.find_by_login(work, answers.administrator)
        except StaffNotFound:
            return await _create(system, work, answers)
    if card.role is not Role.ADMINISTRATOR:
        raise AnswerRefused("login_of_another", Question.ADMINISTRATOR, login=answers.administrator)
    return None


async def _create(system: System, work: Work, answers: Answers) -> str:
    password = secrets.token_urlsafe(12)
    draft = StaffDraft(
        login=answers.administrator,
        name=NAME,
        password=password,
        role=Role.ADMINISTRATOR,
        branch=answers.organisation,
    )
    await system.people.create_staff(work, draft)
    return password
