"""State machines of hand-overs, visits and applications. Only they assign these states.

    unknown_region ──to_region──▶ open ──to_agent──▶ assigned ──concluded──▶ done
                                   ▲                    │
                                   └── left_open, to_region

    unknown_region, open, assigned ──called_off──▶ done

    applied ──issue──▶ issued ──cancel──▶ cancelled
       │ ╲──refuse──▶ refused                 ▲
       └──cancel─────────────────────────────┘
    issued, refused, cancelled ──reopen──▶ applied

A hand-over is created in the state of its first routing. A planned visit exists exactly while its hand-over is
assigned.
"""

from enum import StrEnum

from callcenter.field.types import ApplicationState, HandOverState, VisitState
from callcenter.kit.transitions import Machine


class HandOverFact(StrEnum):
    TO_AGENT = "to_agent"
    """Routed, or assigned by a person, to one field agent."""
    TO_REGION = "to_region"
    """Routed to a region without a free field agent."""
    CONCLUDED = "concluded"
    """A visit ended it: signed, refused, or the wrong person."""
    APPOINTMENT_MADE = "appointment_made"
    """A visit ended with the next appointment, with the same field agent."""
    CALLED_OFF = "called_off"
    """The customer may not be called any more, and a person decided that no visit is made."""
    LEFT_OPEN = "left_open"
    """A visit ended without a next appointment."""


class VisitFact(StrEnum):
    REPORTED = "reported"
    CANCELLED = "cancelled"
    """The visit is not made: its field agent left or is away, and the region has no free field agent;
    or it was called off."""


class ApplicationAct(StrEnum):
    ISSUE = "issue"
    REFUSE = "refuse"
    CANCEL = "cancel"
    REOPEN = "reopen"
    """What was entered was wrong: the insurer has not decided."""


_H, _HF = HandOverState, HandOverFact
_V, _VF = VisitState, VisitFact

HAND_OVER = Machine(
    title="A hand-over",
    about="It begins in the state of its first routing. If no region serves the district, a dispatcher decides.",
    model="HandOver",
    initials=(_H.UNKNOWN_REGION, _H.OPEN, _H.ASSIGNED),
    ends=(_H.DONE,),
    table={
        (_H.UNKNOWN_REGION, _HF.TO_AGENT): _H.ASSIGNED,
        (_H.OPEN, _HF.TO_AGENT): _H.ASSIGNED,
        (_H.ASSIGNED, _HF.TO_AGENT): _H.ASSIGNED,
        (_H.UNKNOWN_REGION, _HF.TO_REGION): _H.OPEN,
        (_H.OPEN, _HF.TO_REGION): _H.OPEN,
        (_H.ASSIGNED, _HF.TO_REGION): _H.OPEN,
        (_H.ASSIGNED, _HF.CONCLUDED): _H.DONE,
        (_H.UNKNOWN_REGION, _HF.CALLED_OFF): _H.DONE,
        (_H.OPEN, _HF.CALLED_OFF): _H.DONE,
        (_H.ASSIGNED, _HF.CALLED_OFF): _H.DONE,
        (_H.ASSIGNED, _HF.APPOINTMENT_MADE): _H.ASSIGNED,
        (_H.ASSIGNED, _HF.LEFT_OPEN): _H.OPEN,
    },
)
VISIT = Machine(
    title="A visit",
    model="Visit",
    initials=(_V.PLANNED,),
    ends=(_V.REPORTED, _V.CANCELLED),
    table={
        (_V.PLANNED, _VF.REPORTED): _V.REPORTED,
        (_V.PLANNED, _VF.CANCELLED): _V.CANCELLED,
    },
)
_P, _PA = ApplicationState, ApplicationAct

APPLICATION = Machine(
    title="An application for a policy",
    about="It begins with a visit at which the customer signed; the insurer's liaison enters what was decided.",
    model="PolicyApplication",
    initials=(_P.APPLIED,),
    ends=(_P.REFUSED, _P.CANCELLED),
    table={
        (_P.APPLIED, _PA.ISSUE): _P.ISSUED,
        (_P.APPLIED, _PA.REFUSE): _P.REFUSED,
        (_P.APPLIED, _PA.CANCEL): _P.CANCELLED,
        (_P.ISSUED, _PA.CANCEL): _P.CANCELLED,
        (_P.ISSUED, _PA.REOPEN): _P.APPLIED,
        (_P.REFUSED, _PA.REOPEN): _P.APPLIED,
        (_P.CANCELLED, _PA.REOPEN): _P.APPLIED,
    },
)
MACHINES = (HAND_OVER, VISIT, APPLICATION)
