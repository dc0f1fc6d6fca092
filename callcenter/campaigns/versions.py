"""Turns a campaign's rows into its rules and script and back: as they are, and as each version keeps them (law 11)."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, time
from typing import Any

from callcenter.campaigns.agent_fields import agent_fields_of, stored_agent_fields
from callcenter.campaigns.models import VERSIONED, Campaign, CampaignVersion, ScriptReview, ScriptVersion
from callcenter.campaigns.retries import RetryPolicy, policy_of, stored
from callcenter.campaigns.types import (
    REVIEW_DECIDED_WHY,
    REVIEW_REASON,
    VERSION_REASON,
    CampaignRules,
    CampaignVersionCard,
    RuleChange,
    Script,
    ScriptReviewCard,
    Shift,
    Statement,
    VersionOrigin,
)
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work

_NO_RULES = frozenset({"campaign_id", "version", "script_id"})
"""What differs between versions and is no rule by itself; of the script its number is shown."""


def rules_of(campaign: Campaign) -> CampaignRules:
    """Returns a campaign's row as typed values."""
    return _rules(campaign, campaign, campaign.version)


def _rules(campaign: Campaign, values: Campaign | CampaignVersion, number: int) -> CampaignRules:
    return CampaignRules(
        campaign_id=campaign.id,
        version=number,
        name=campaign.name,
        product=campaign.product,
        company_full_name=campaign.company_full_name,
        state=values.state,
        mode=values.mode,
        legal_hours=Shift(values.legal_opens, values.legal_closes),
        shifts=tuple(_shift(pair) for pair in values.shifts),
        quota=values.quota,
        ring_seconds=values.ring_seconds,
        wrap_up_seconds=values.wrap_up_seconds,
        caller_id=values.caller_id,
        trunk=values.trunk,
        cap_per_day=values.cap_per_day,
        cap_per_7_days=values.cap_per_7_days,
        max_attempts=values.max_attempts,
        retries=policy_of(values.retries),
        class_scheme_id=values.class_scheme_id,
        script_id=values.script_id,
        open_to_all_branches=values.open_to_all_branches,
        agent_fields=agent_fields_of(values.agent_fields),
        first_on=values.first_on,
    )


def write(campaign: Campaign, rules: CampaignRules) -> None:
    """Writes changed rules into the row; its state is moved, and its script put in force, elsewhere."""
    campaign.name, campaign.product, campaign.company_full_name = rules.name, rules.product, rules.company_full_name
    campaign.mode, campaign.quota = rules.mode, rules.quota
    campaign.legal_opens, campaign.legal_closes = rules.legal_hours.opens, rules.legal_hours.closes
    campaign.shifts = [times(shift) for shift in sorted(rules.shifts, key=lambda shift: shift.opens)]
    campaign.ring_seconds, campaign.wrap_up_seconds = rules.ring_seconds, rules.wrap_up_seconds
    campaign.caller_id, campaign.first_on = rules.caller_id, rules.first_on
    campaign.cap_per_day, campaign.cap_per_7_days = rules.cap_per_day, rules.cap_per_7_days
    campaign.max_attempts, campaign.retries = rules.max_attempts, stored(rules.retries)
    campaign.open_to_all_branches = rules.open_to_all_branches
    campaign.agent_fields = stored_agent_fields(rules.agent_fields)


def version_of(campaign: Campaign, work: Work, *, origin: VersionOrigin, reason_sealed: str = "") -> CampaignVersion:
    """Returns the row that keeps a campaign's present rules as the version in force from now on."""
    return CampaignVersion(
        campaign_id=campaign.id,
        number=campaign.version,
        valid_from=work.now,
        set_by=work.actor.staff_id,
        reason_sealed=reason_sealed,
        origin=origin,
        **{name: getattr(campaign, name) for name in VERSIONED},
    )


def card_of(campaign: Campaign, version: CampaignVersion, script: int | None, vault: Vault) -> CampaignVersionCard:
    """Returns a version as other rooms may see it. ``script``: the number of its script."""
    return CampaignVersionCard(
        number=version.number,
        valid_from=version.valid_from,
        set_by=version.set_by,
        reason=reason_of(version, vault),
        origin=version.origin,
        rules=_rules(campaign, version, version.number),
        script_version=script,
    )


def script_of(version: ScriptVersion) -> Script:
    """Returns a version of a script as typed values."""
    return Script(
        id=version.id,
        campaign_id=version.campaign_id,
        version=version.version,
        title=version.title,
        statements=tuple(statement_of(node) for node in version.statements),
    )


def reason_of(version: CampaignVersion, vault: Vault) -> str:
    """Returns why the campaign's rules were changed; empty for the version with which it was created."""
    return vault.open_words(version.reason_sealed, VERSION_REASON.at(version))


def statement_of(node: Mapping[str, Any]) -> Statement:
    """Returns a statement as it was kept by ``stored_statement``."""
    return Statement(key=node["key"], text=node["text_zh"], mandatory=node["mandatory"], text_en=node.get("text_en"))


def review_of(review: ScriptReview, vault: Vault) -> ScriptReviewCard:
    """Returns the review of a version as typed values."""
    return ScriptReviewCard(
        state=review.state,
        submitted_at=review.submitted_at,
        submitted_by=review.submitted_by,
        reason=vault.open_words(review.reason_sealed, REVIEW_REASON.at(review)),
        decided_at=review.decided_at,
        decided_by=review.decided_by,
        decided_why=vault.open_words(review.decided_why_sealed, REVIEW_DECIDED_WHY.at(review)),
        from_on=review.from_on,
    )


def stored_statement(statement: Statement) -> dict[str, Any]:
    """Returns a statement as a row keeps it."""
    return {
        "key": statement.key,
        "text_zh": statement.text,
        "text_en": statement.text_en,
        "mandatory": statement.mandatory,
    }


def changes_between(before: CampaignVersionCard, after: CampaignVersionCard) -> Sequence[RuleChange]:
    """Returns the rules in which two versions differ."""
    names = [field.name for field in fields(CampaignRules) if field.name not in _NO_RULES]
    values = [(name, getattr(before.rules, name), getattr(after.rules, name)) for name in names]
    values.append(("script", before.script_version, after.script_version))
    return [RuleChange(name, as_recorded(old), as_recorded(new)) for name, old, new in values if old != new]


def as_recorded(value: Any) -> Any:
    """Returns a rule's value as the audit trail keeps it: plain JSON."""
    match value:
        case Shift():
            return times(value)
        case date():
            return value.isoformat()
        case RetryPolicy():
            return stored(value)
        case Mapping():
            return stored_agent_fields(value)
        case tuple():
            return [as_recorded(item) for item in value]
        case _:
            return value


def times(shift: Shift) -> list[str]:
    """Returns a shift as a row keeps it: ``["10:00", "12:00"]``."""
    return [f"{shift.opens:%H:%M}", f"{shift.closes:%H:%M}"]


def _shift(pair: Sequence[str]) -> Shift:
    opens, closes = pair
    return Shift(time.fromisoformat(opens), time.fromisoformat(closes))
