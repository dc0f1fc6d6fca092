"""Customers put straight into the stock: for tests of what becomes of them, whatever the import does."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, func, select

from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.types import BasisKind, LeadState
from tests.support.leads import CLASSES, DISTRICTS, phone_number


async def put_in_stock(
    work: Work,
    vault: Vault,
    campaign_id: int,
    count: int,
    *,
    first: int = 0,
    ranked: bool = False,
    classes: Sequence[str] = CLASSES,
    imported_at: datetime | None = None,
) -> list[int]:
    """Invented customers ``first`` … of all classes and districts; their ids in that order.

    ``ranked``: the classes have a rank, the first the highest.
    """
    lists = (await work.session.scalars(select(func.count()).select_from(LeadList))).one()
    found = LeadList(
        campaign_id=campaign_id,
        name=f"list {lists}",
        file_name="list.csv",
        sha256=f"{lists:064x}",
        imported_at=imported_at or work.now,
        rows=count,
        good=count,
    )
    work.session.add(found)
    await work.session.flush()
    for number in range(first, first + count):
        rank = number // len(DISTRICTS) % len(classes)
        work.session.add(
            Lead(
                campaign_id=campaign_id,
                list_id=found.id,
                line=number + 2 - first,
                state=LeadState.STOCK,
                name_sealed=vault.seal(f"王{number}"),
                phone_sealed=vault.seal(phone_number(number)),
                phone_index=vault.index(phone_number(number)),
                phone_last4=phone_number(number)[-4:],
                address_sealed=vault.seal("某路"),
                district=DISTRICTS[number % len(DISTRICTS)],
                customer_class=classes[rank],
                class_rank=rank + 1 if ranked else 0,
                basis_kind=BasisKind.WRITTEN_CONSENT,
                basis_reference=f"SQ{number:06d}",
                imported_at=imported_at or work.now,
            )
        )
    await work.session.flush()
    query = select(col(Lead.id)).where(col(Lead.list_id) == found.id).order_by(col(Lead.line))
    return list((await work.session.scalars(query)).all())
