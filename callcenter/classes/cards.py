"""From rows to what others may know."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from callcenter.classes.models import ClassRuleSet, ClassValue, LeadClass
from callcenter.classes.stored import rules_from
from callcenter.classes.types import ClassCard, ClassDraft, LeadClassCard, RuleSetCard, SchemeCard


def columns_of(draft: ClassDraft) -> dict[str, Any]:
    """What a draft sets of a class."""
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


def rule_set_card(found: ClassRuleSet) -> RuleSetCard:
    return RuleSetCard(
        version=found.version,
        rules=rules_from(found.rules),
        note=found.note,
        active=found.active,
        created_at=found.created_at,
        created_by=found.created_by,
        activated_at=found.activated_at,
        activated_by=found.activated_by,
        activated_why=found.activated_why,
    )


def lead_class_card(row: LeadClass, scheme: SchemeCard, versions: Mapping[int, int]) -> LeadClassCard:
    """``versions``: rule set → version."""
    value = next(each for each in scheme.classes if each.id == row.class_id)
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
        reason=row.reason,
        set_at=row.set_at,
        set_by=row.set_by,
    )
