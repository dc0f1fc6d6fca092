"""Applies the policy to the facts of a recording. Pure: no file, no clock, no randomness.

A lock in COMPLIANCE mode cannot be shortened, only lengthened. So when the end is not known yet (an open dispute, a
contract whose last day is unknown) the recording is locked for a moderate time and the lock is renewed.

Source: requirement R3.
"""

from datetime import UTC, date, datetime, timedelta

from recordings_policy.model import ZONE, Contract, Facts, Policy, Rule, Verdict


def decide(facts: Facts, policy: Policy, now: datetime) -> Verdict:
    """Decides by the class that keeps the recording longest; a legal hold overrules all classes.

    A recording of several classes (sold, and disputed later) is kept until the last of their dates.
    """
    claims = [_unsold(facts, policy)]
    if facts.contract is not None:
        claims.append(_sold(facts.contract, policy, now))
    if facts.dispute_open or facts.dispute_ended_on is not None:
        claims.append(_dispute(facts, policy, now))
    latest = max(claim.retain_until for claim in claims)
    if facts.legal_hold:
        return Verdict(
            retain_until=max(latest, _months_after(now, policy.open_lock_months)),
            rule=Rule.LEGAL_HOLD,
            reason="legal hold: kept until it is lifted, whatever the other rules decide",
            policy_version=policy.version,
            open_ended=True,
        )
    # Of two equal claims the later in the list wins: a dispute over a sale, a sale over no sale.
    leading = max(reversed(claims), key=lambda claim: (claim.open_ended, claim.retain_until))
    return Verdict(
        retain_until=latest,
        rule=leading.rule,
        reason=leading.reason,
        policy_version=policy.version,
        open_ended=leading.open_ended,
    )


def is_long_term(contract: Contract, policy: Policy) -> bool:
    """Returns whether the contract lasts longer than the policy's short term; one without a known end does."""
    if contract.ends_on is None:
        return True
    # One year of cover from 1 March ends on the last day of February.
    return contract.ends_on >= _add_months(contract.starts_on, policy.short_term_months)


def _unsold(facts: Facts, policy: Policy) -> Verdict:
    return Verdict(
        retain_until=_months_after(facts.recorded_at, policy.unsold_months),
        rule=Rule.UNSOLD,
        reason=f"no policy was sold: {policy.unsold_months} months from the call",
        policy_version=policy.version,
        open_ended=False,
    )


def _sold(contract: Contract, policy: Policy, now: datetime) -> Verdict:
    long_term = is_long_term(contract, policy)
    rule = Rule.SOLD_LONG_TERM if long_term else Rule.SOLD_SHORT_TERM
    years = policy.sold_long_term_years if long_term else policy.sold_short_term_years
    if contract.ends_on is None:
        return Verdict(
            retain_until=_months_after(now, policy.open_lock_months),
            rule=rule,
            reason=f"a policy was sold and its end is not known: until {years} years after that end, lock renewed",
            policy_version=policy.version,
            open_ended=True,
        )
    return Verdict(
        retain_until=_end_of_day(_add_months(contract.ends_on, 12 * years)),
        rule=rule,
        reason=f"a {'longer' if long_term else 'short'} policy was sold: {years} years from its end on "
        f"{contract.ends_on.isoformat()}",
        policy_version=policy.version,
        open_ended=False,
    )


def _dispute(facts: Facts, policy: Policy, now: datetime) -> Verdict:
    if facts.dispute_open or facts.dispute_ended_on is None:
        return Verdict(
            retain_until=_months_after(now, policy.open_lock_months),
            rule=Rule.DISPUTE,
            reason=f"a dispute is open: until {policy.dispute_years} years after its end, lock renewed",
            policy_version=policy.version,
            open_ended=True,
        )
    return Verdict(
        retain_until=_end_of_day(_add_months(facts.dispute_ended_on, 12 * policy.dispute_years)),
        rule=Rule.DISPUTE,
        reason=f"a dispute ended on {facts.dispute_ended_on.isoformat()}: {policy.dispute_years} years from then",
        policy_version=policy.version,
        open_ended=False,
    )


def _months_after(at: datetime, months: int) -> datetime:
    """Returns the end of the day that is this many months after the instant's own day."""
    return _end_of_day(_add_months(at.astimezone(ZONE).date(), months))


def _end_of_day(on: date) -> datetime:
    """Returns the midnight that ends this day in the policy's zone, as UTC."""
    after = on + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZONE).astimezone(UTC)


def _add_months(on: date, months: int) -> date:
    """Returns the same day this many months later; in a shorter month, the first day of the month after it.

    Rounded up, because a recording must not be kept a day too short.
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    try:
        return date(year, month + 1, on.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)
