"""Makes the first administrator, whose one-time password is shown once and is changed at the first log-in."""

from callcenter.bootstrap import System
from callcenter.kit.work import Work
from callcenter.people.errors import StaffNotFound
from callcenter.people.passwords import OneTimePassword
from callcenter.people.types import Role, StaffDraft
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.types import Answers, Question

NAME = "系统管理员"


async def make_administrator(system: System, answers: Answers) -> OneTimePassword | None:
    """Returns the one-time password of the new administrator; None where the log-in is an administrator's already.

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


async def _create(system: System, work: Work, answers: Answers) -> OneTimePassword:
    if answers.organisation not in {branch.code for branch in await system.organisation.branches(work)}:
        await system.organisation.add_branch(work, answers.organisation, answers.organisation)
    draft = StaffDraft(
        login=answers.administrator, name=NAME, password="", role=Role.ADMINISTRATOR, branch=answers.organisation
    )
    return await system.passwords.hire(work, draft)
