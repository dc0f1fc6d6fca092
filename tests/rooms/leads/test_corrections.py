"""What staff learn of a customer is added and corrected, with its history; a closed lead is reopened (L4)."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from callcenter.customers.corrections import CorrectionService
from callcenter.customers.errors import CorrectionInvalid, NotClosed
from callcenter.customers.service import CustomerService
from callcenter.customers.types import ChangeSource, Correction, FileField, Search
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.types import LeadState
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import actor_of
from tests.support.joining import joined
from tests.support.rows import Lead, make_lead, make_staff

pytestmark = pytest.mark.db


@dataclass
class Desk:
    works: Works
    corrections: CorrectionService
    customers: CustomerService
    officer: Actor
    lead_id: int

    async def correct(self, values: dict[FileField, str], why: str = "she said so") -> None:
        async with self.works.begin(self.officer) as work:
            await self.corrections.correct(work, self.lead_id, Correction(values, why, ChangeSource.FILE))


@pytest.fixture
async def desk(works: Works, vault: Vault) -> Desk:
    parts = joined(vault)
    async with works.begin() as work:
        officer = actor_of(await make_staff(work, Role.DATA_OFFICER, name="Data Officer"))
        lead = await make_lead(work, name="王小明", occupation="教师", state=LeadState.CLOSED)
    return Desk(works, parts.get(CorrectionService), parts.get(CustomerService), officer, lead.id)


async def test_a_correction_keeps_old_and_new_value_who_and_why(desk: Desk, bus: Bus) -> None:
    noted = listen(bus, Noted)
    await desk.correct({FileField.OCCUPATION: "医生", FileField.EMPLOYER: "市一医院", FileField.NAME: "王晓明"})
    await desk.correct({FileField.OCCUPATION: ""}, "he has retired")
    async with desk.works.begin(desk.officer) as work:
        file = await desk.customers.file(work, desk.lead_id)
        changes = await desk.corrections.changes(work, desk.lead_id)
        clear = await desk.customers.reveal(work, desk.lead_id, "check")
        sealed = (await work.session.execute(text("SELECT old_sealed, new_sealed, why_sealed FROM lead_change"))).all()
    assert (file.occupation, clear.name) == ("", "王晓明")
    assert {field.key: field.value for field in clear.fields}["employer"] == "市一医院"
    by_field = {(change.field, change.old, change.new, change.why, change.by) for change in changes}
    assert by_field == {
        (FileField.OCCUPATION, "医生", "", "he has retired", "Data Officer"),
        (FileField.OCCUPATION, "教师", "医生", "she said so", "Data Officer"),
        (FileField.EMPLOYER, "", "市***", "she said so", "Data Officer"),
        (FileField.NAME, "王**", "王**", "she said so", "Data Officer"),
    }
    assert not any("医" in value or "said" in value for row in sealed for value in row)
    corrected = [event.facts for event in noted if event.act == "customers.corrected"]
    assert corrected[0] == {"fields": ["employer", "name", "occupation"], "source": "file"}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({FileField.NAME: " "}, "a customer has a name"),
        ({FileField.GENDER: "x"}, "male or female"),
        ({FileField.BIRTH_ON: "1 May"}, "1980-05-01"),
        ({FileField.BIRTH_ON: "2027-01-01"}, "between 1900 and today"),
        ({FileField.RISK: "a\x00b"}, "cannot be shown"),
        ({FileField.OCCUPATION: "教师"}, "already"),
    ],
)
async def test_a_value_that_does_not_fit_or_changes_nothing_is_refused(
    desk: Desk, values: dict[FileField, str], refusal: str
) -> None:
    with pytest.raises(CorrectionInvalid, match=refusal):
        await desk.correct(values)


async def test_a_correction_needs_a_reason(desk: Desk) -> None:
    with pytest.raises(ReasonMissing):
        await desk.correct({FileField.RISK: "low"}, " ")


async def test_a_customer_is_found_by_the_corrected_name_alone(desk: Desk) -> None:
    await desk.correct({FileField.NAME: "王晓明"})

    async def found(name: str) -> int:
        async with desk.works.begin(desk.officer) as work:
            return len(await desk.customers.search(work, Search(name=name)))

    assert [await found(name) for name in ("王晓明", "王小明")] == [1, 0]


async def test_a_closed_lead_is_reopened_with_a_reason(desk: Desk, bus: Bus) -> None:
    noted = listen(bus, Noted)

    async def reopen(why: str) -> None:
        async with desk.works.begin(desk.officer) as work:
            await desk.corrections.reopen(work, desk.lead_id, why)

    with pytest.raises(ReasonMissing):
        await reopen(" ")
    await reopen("the customer asked for it")
    assert [(event.act, event.subject, event.facts) for event in noted] == [
        ("customers.lead_reopened", f"lead:{desk.lead_id}", {"why": "the customer asked for it"})
    ]
    async with desk.works.begin() as work:
        assert (await work.session.get_one(Lead, desk.lead_id)).state is LeadState.STOCK
    with pytest.raises(NotClosed):
        await reopen("again")
