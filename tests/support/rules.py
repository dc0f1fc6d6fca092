"""The rules of an invented campaign, for unit tests of what depends on them."""

import dataclasses
from datetime import time
from typing import Any

from callcenter.campaigns.retries import DEFAULT_RETRIES
from callcenter.campaigns.types import CampaignRules, CampaignState, DialMode, Shift

LEGAL_HOURS = Shift(time(8), time(21))
SHIFTS = (Shift(time(10), time(12)), Shift(time(13, 30), time(18)))

_RULES = CampaignRules(
    campaign_id=1,
    version=1,
    name="spring",
    product="whole life",
    company_full_name="某某人寿保险股份有限公司",
    state=CampaignState.RUNNING,
    mode=DialMode.PREVIEW,
    legal_hours=LEGAL_HOURS,
    shifts=SHIFTS,
    quota=30,
    ring_seconds=30,
    wrap_up_seconds=60,
    caller_id="07715550000",
    trunk="carrier",
    cap_per_day=1,
    cap_per_7_days=3,
    max_attempts=3,
    retries=DEFAULT_RETRIES,
)


def campaign_rules(**changes: Any) -> CampaignRules:
    """Returns the rules that a new campaign has by default, apart from the changes."""
    return dataclasses.replace(_RULES, **changes)
