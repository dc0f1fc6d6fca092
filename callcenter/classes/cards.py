"""From rows and jobs' results to what others may know."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from callcenter.classes.models import ClassRuleSet, ClassScheme, ClassValue, LeadClass
from callcenter.classes.stored import rules_from
from callcenter.classes.types import (
    CLASS_REASON,
    RULES_NOTE,
    RULES_WHY,
    ClassCard,
    ClassDraft,
    Example,
    LeadClassCard,
    Move,
    Preview,
    RuleSetCard,
    SchemeCard,
)
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.leads.types import LEAD_NAME, NUMBER, SealedLead


def columns_of(draft: ClassDraft) -> dict[str, Any]:
    """Returns what a draft sets of a class, by column."""
    return {name: value for name, value in asdict(draft).items() if name not in ("id", "rank", "default")}


def class_card(value: ClassValue) -> ClassCard:
    return ClassCard(
        id=value.id,
        code=value.code,
        name_zh=value.name_zh,
        name_en=value.name_en,
        rank=value.rank,
        default=value.is_default,
        callback_grace_minutes=value.callback_grace_minutes,
        most_attempts=value.most_attempts,
        retry_factor=value.retry_factor,
        first_call_days=value.first_call_days,
    )


def rule_set_card(rule_set: ClassRuleSet, vault: Vault) -> RuleSetCard:
    return RuleSetCard(
        version=rule_set.version,
        rules=rules_from(rule_set.rules),
        note=vault.open_words(rule_set.note_sealed, RULES_NOTE.at(rule_set)),
        active=rule_set.active,
        created_at=rule_set.created_at,
        created_by=rule_set.created_by,
        activated_at=rule_set.activated_at,
        activated_by=rule_set.activated_by,
        activated_why=vault.open_words(rule_set.activated_why_sealed, RULES_WHY.at(rule_set)),
    )


def lead_class_card(row: LeadClass, scheme: SchemeCard, versions: Mapping[int, int], vault: Vault) -> LeadClassCard:
    """``versions``: rule set → version."""
    value = next(card for card in scheme.classes if card.id == row.class_id)
    return LeadClassCard(
        scheme_id=scheme.id,
        scheme_key=scheme.key,
        scheme_zh=scheme.name_zh,
        scheme_en=scheme.name_en,
        code=value.code,
        name_zh=value.name_zh,
        name_en=value.name_en,
        source=row.source,
        rule_version=None if row.rule_set_id is None else versions[row.rule_set_id],
        rule_no=row.rule_no,
        reason=vault.open_words(row.reason_sealed, CLASS_REASON.at(row)),
        set_at=row.set_at,
        set_by=row.set_by,
    )


def scheme_card(scheme: ClassScheme, active_version: int | None, classes: Sequence[ClassValue]) -> SchemeCard:
    """``classes``: of any schemes, by rank."""
    own = [class_card(value) for value in classes if value.scheme_id == scheme.id]
    return SchemeCard(scheme.id, scheme.key, scheme.name_zh, scheme.name_en, active_version, own)


def preview_card(result: Mapping[str, Any], leads: Sequence[SealedLead], vault: Vault) -> Preview:
    """``result``: of the job; ``leads``: those of its examples that still exist."""
    by_id = {lead.id: lead for lead in leads}
    return Preview(
        scheme_id=result["scheme_id"],
        version=result["version"],
        total=result["total"],
        moved=result["moved"],
        manual=result["manual"],
        moves=[Move(**move) for move in result["moves"]],
        by_rule={int(number): count for number, count in result["by_rule"].items()},
        examples=[
            Example(
                **example,
                name_masked=mask_name(vault.open(lead.name_sealed, LEAD_NAME.at(lead))),
                phone_masked=mask_phone(vault.open(lead.phone_sealed, NUMBER.at(lead))),
            )
            for example in result["examples"]
            if (lead := by_id.get(example["lead_id"])) is not None
        ],
    )
