"""The calls to a number, as the caps count them."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from callcenter.calls.repository import number_call, rings
from callcenter.calls.rules import number_calls
from callcenter.calls.types import NumberCall, NumberCalls
from callcenter.kit.work import Work
from tests.support.rows import Call


async def calls_to(work: Work, phone_index: str, since: datetime) -> NumberCalls:
    query = select(*number_call()).where(rings(phone_index, since, None)).order_by(col(Call.dialled_at))
    return number_calls([NumberCall(*row) for row in await work.session.execute(query)], work.now)
