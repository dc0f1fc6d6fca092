"""Counts how often something is done by one person or from one address, and refuses what is too often.

A window is a row, so the count is one for all web processes and survives a restart; each count is one statement. A
window begins with the first act and ends after the rate's time, whatever comes in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field as Setting
from pydantic_settings import SettingsConfigDict
from sqlalchemy import Column, DateTime, Index, String, case, delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col, select

from callcenter.kit.config import Section
from callcenter.kit.db import instant_field
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Work


class TooManyRequests(Refusal):
    """Refuses what one person, or one address, does more often than anyone needs to."""

    status = 429
    code = "too_many_requests"
    rule = "S1"


class RateWindow(SQLModel, table=True):
    """How often something was done by one subject in the current window."""

    __tablename__ = "rate_window"
    __table_args__ = (Index("ix_rate_window_until", "until"),)

    rate: str = Field(sa_column=Column(String(40), primary_key=True))
    subject: str = Field(sa_column=Column(String(80), primary_key=True))
    """``staff:7``, ``address:10.0.0.9``; no customer."""
    hits: int
    """Those refused as well."""
    until: datetime = instant_field()
    """End of the window; a later act begins the next."""
    exceeded_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    """When the first act of the window was refused."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be done."""

    name: str
    most: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A window in which something was refused."""

    rate: str
    subject: str
    hits: int
    until: datetime


class RateSettings(Section):
    """How often one person may do in an hour what shows customers, or makes the system call them."""

    model_config = SettingsConfigDict(env_prefix="CALLCENTER_RATES_", extra="ignore", frozen=True)

    searches_an_hour: int = Setting(default=120, ge=1, description="searches for a customer, by one person")
    reveals_an_hour: int = Setting(default=60, ge=1, description="customers shown in clear to one person")
    complaints_an_hour: int = Setting(default=20, ge=1, description="complaints that one person enters")
    uploads_an_hour: int = Setting(default=60, ge=1, description="files that one person uploads")

    def rate(self, name: str) -> Rate:
        """Returns the rate of this name: ``searches``, ``reveals``, …"""
        an_hour = {
            "searches": self.searches_an_hour,
            "reveals": self.reveals_an_hour,
            "complaints": self.complaints_an_hour,
            "uploads": self.uploads_an_hour,
        }
        return Rate(name, an_hour[name], timedelta(hours=1))


async def take(work: Work, rate: Rate, subject: str) -> datetime | None:
    """Counts an act; returns until when it is refused, None where it may be done.

    The transaction has to be one of its own: the count must stay when the act is refused or fails.
    """
    first = {"rate": rate.name, "subject": subject[:80], "hits": 1, "until": work.now + rate.per}
    over = col(RateWindow.until) <= work.now
    statement = insert(RateWindow).values(**first, exceeded_at=None)
    counted = statement.on_conflict_do_update(
        index_elements=["rate", "subject"],
        set_={
            "hits": case((over, 1), else_=col(RateWindow.hits) + 1),
            "until": case((over, work.now + rate.per), else_=col(RateWindow.until)),
            "exceeded_at": case(
                (over, None),
                (col(RateWindow.hits) >= rate.most, work.now),
                else_=col(RateWindow.exceeded_at),
            ),
        },
    ).returning(col(RateWindow.hits), col(RateWindow.until))
    hits, until = (await work.session.execute(counted)).one()
    return until if hits > rate.most else None


async def give_back(work: Work, rate: Rate, subject: str) -> None:
    """Takes back one act of the current window: it turned out to be a good one."""
    await work.session.execute(
        update(RateWindow)
        .where(col(RateWindow.rate) == rate.name, col(RateWindow.subject) == subject[:80], col(RateWindow.hits) > 0)
        .values(hits=col(RateWindow.hits) - 1)
    )


async def list_exceeded(work: Work) -> Sequence[Exceeded]:
    """Returns the windows that are not over and in which something was refused."""
    query = (
        select(RateWindow)
        .where(col(RateWindow.until) > work.now, col(RateWindow.exceeded_at).is_not(None))
        .order_by(col(RateWindow.rate), col(RateWindow.subject))
    )
    return [Exceeded(row.rate, row.subject, row.hits, row.until) for row in await work.session.scalars(query)]


async def forget_past(work: Work) -> None:
    """Deletes the windows that are over."""
    await work.session.execute(delete(RateWindow).where(col(RateWindow.until) <= work.now))
