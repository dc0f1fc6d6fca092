"""Customers written directly into the stock, for tests that do not depend on the import."""

from callcenter.kit.work import Work
from tests.support.leads import CLASSES, DISTRICTS
from tests.support.rows import make_lead, make_lead_list, phone_number


async def put_in_stock(
    work: Work, campaign_id: int, count: int, *, first: int = 0, ranked: bool = False, branch: str = ""
) -> list[int]:
    """Makes invented customers ``first`` … of all classes and districts; returns their ids in that order.

    ``ranked``: the classes have a rank, the first the highest. ``branch``: their list serves that branch alone.
    """
    lead_list = await make_lead_list(work, campaign_id=campaign_id, rows=count, good=count, branch=branch)
    ids = []
    for number in range(first, first + count):
        place = number // len(DISTRICTS) % len(CLASSES)
        lead = await make_lead(
            work,
            name=f"王{number}",
            phone=phone_number(number),
            list_id=lead_list.id,
            line=number + 2 - first,
            district=DISTRICTS[number % len(DISTRICTS)],
            customer_class=CLASSES[place],
            class_rank=place + 1 if ranked else 0,
        )
        ids.append(lead.id)
    return ids
