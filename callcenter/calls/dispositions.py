"""What each disposition entails: one row of one table. Every room asks it; none keeps a list of its own.

To add a disposition: its member in ``types.Disposition``, its row here, a migration for the CHECK constraints, and its
words in the panels (``enums.ts``) and the ledger (``reporting/words.py``). The order of the rows is the order in which
a screen offers them.

The certificate (``audit/certificate``) keeps lists of its own on purpose: what it certifies must not be decided by the
code it looks at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from callcenter.calls.types import CallKind, Disposition, DispositionDetails, Outcome
from callcenter.dnc.types import DncReason

_MARKETING = frozenset({CallKind.LEAD, CallKind.CALLBACK})
_COMPLAINT = frozenset({CallKind.COMPLAINT})
_ANY_KIND = frozenset(CallKind)
_ANSWERED = frozenset({Outcome.ANSWERED})
_UNANSWERED = frozenset(Outcome) - _ANSWERED


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionRule:
    """The consequences of one disposition. A flag that is not set does not apply."""

    kinds: frozenset[CallKind]
    """The kinds of call it fits. A complaint callback never turns into marketing (requirement X3)."""
    outcomes: frozenset[Outcome] = _ANSWERED
    """The outcomes it fits."""
    set_by_system: bool = False
    """The system sets it at once when the call ends so; the agent is not asked."""
    after_limit: bool = False
    """The system sets it when the wrap-up has lasted too long; no agent chooses it."""
    requires: tuple[str, ...] = ()
    """Fields of ``DispositionDetails`` it cannot do without."""
    accepts: tuple[str, ...] = ()
    """Further fields of ``DispositionDetails`` that fit it; ``note`` and ``script_ticks`` fit every one."""
    spoke_to_customer: bool = True
    """The agent spoke to a person: such a call keeps a promise. A machine or an unanswered call does not."""
    dnc_reason: DncReason | None = None
    """The number is entered into the do-not-call list for this reason (requirement L6)."""
    dnc_permanent: bool = False
    """The entry has no end, whatever the agent ticked."""
    ends_promises: bool = False
    """No older promise leads to a further call to the customer."""
    closes_lead: bool = True
    """The assignment is finished; otherwise the campaign's retry rule says whether and when it is due again."""
    makes_callback: bool = False
    """A promise to call again at ``callback_at`` (requirement C7)."""
    opens_complaint: bool = False
    """A complaint case is opened with its obligation (requirement X3)."""
    is_success: bool = False
    """Counts as a success and is queued for review."""
    is_evidence: bool = False
    """The conversation owed to a complaining customer was held: with its recording it ends the obligation (law 4)."""


DISPOSITIONS: Mapping[Disposition, DispositionRule] = MappingProxyType(
    {
        Disposition.SUCCESS: DispositionRule(
            kinds=_MARKETING,
            requires=("visit_at",),
            accepts=("visit_address", "visit_time_confirmed"),
            ends_promises=True,
            is_success=True,
        ),
        Disposition.CALLBACK: DispositionRule(
            kinds=_MARKETING,
            requires=("callback_at",),
            makes_callback=True,
        ),
        Disposition.THINKING: DispositionRule(
            kinds=_MARKETING,
            closes_lead=False,
        ),
        Disposition.REFUSED: DispositionRule(
            kinds=_MARKETING,
            dnc_reason=DncReason.REFUSED,
            ends_promises=True,
        ),
        Disposition.DO_NOT_CALL: DispositionRule(
            kinds=_MARKETING,
            accepts=("dnc_permanent",),
            dnc_reason=DncReason.CUSTOMER_REQUEST,
            ends_promises=True,
        ),
        Disposition.WRONG_PERSON: DispositionRule(
            kinds=_MARKETING,
            dnc_reason=DncReason.WRONG_PERSON,
            ends_promises=True,
        ),
        Disposition.COMPLAINT: DispositionRule(
            kinds=_MARKETING,
            requires=("complaint_category", "note"),
            opens_complaint=True,
        ),
        Disposition.NOT_REACHED: DispositionRule(
            kinds=_ANY_KIND,
            outcomes=_UNANSWERED,
            set_by_system=True,
            spoke_to_customer=False,
            closes_lead=False,
        ),
        Disposition.RESOLVED: DispositionRule(
            kinds=_COMPLAINT,
            requires=("note",),
            is_evidence=True,
        ),
        Disposition.UNRESOLVED: DispositionRule(
            kinds=_COMPLAINT,
            requires=("note",),
            is_evidence=True,
        ),
        Disposition.MACHINE: DispositionRule(
            kinds=_ANY_KIND,
            spoke_to_customer=False,
            closes_lead=False,
        ),
        Disposition.NOT_ENTERED: DispositionRule(
            kinds=_ANY_KIND,
            after_limit=True,
            spoke_to_customer=False,
            closes_lead=False,
        ),
    }
)


def dispositions_for(kind: CallKind, outcome: Outcome | None) -> tuple[Disposition, ...]:
    """Returns the dispositions that fit a call of this kind that ended so; none for a call that goes on."""
    return tuple(
        disposition
        for disposition, rule in DISPOSITIONS.items()
        if kind in rule.kinds and outcome in rule.outcomes and not rule.after_limit
    )


def system_disposition(kind: CallKind, outcome: Outcome) -> Disposition | None:
    """Returns the disposition the system sets for a call that ended so; None when the agent has to set it."""
    return next((each for each in dispositions_for(kind, outcome) if DISPOSITIONS[each].set_by_system), None)


def disposition_after_limit() -> Disposition:
    """Returns the disposition the system sets when a wrap-up has lasted too long."""
    return next(disposition for disposition, rule in DISPOSITIONS.items() if rule.after_limit)


def missing_details(disposition: Disposition, details: DispositionDetails) -> tuple[str, ...]:
    """Returns the names of the fields this disposition requires and the details lack."""
    return tuple(name for name in DISPOSITIONS[disposition].requires if not getattr(details, name))


def dispositions_with(condition: Callable[[DispositionRule], bool]) -> tuple[Disposition, ...]:
    """Returns the dispositions whose rule meets a condition: for a query that has to list them."""
    return tuple(disposition for disposition, rule in DISPOSITIONS.items() if condition(rule))


_DETAILS = frozenset(field.name for field in fields(DispositionDetails))
assert all({*rule.requires, *rule.accepts} <= _DETAILS for rule in DISPOSITIONS.values()), "a field that does not exist"
assert set(DISPOSITIONS) == set(Disposition), "every disposition has its row"
