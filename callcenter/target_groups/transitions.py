"""State machine of target groups.

    proposed ──approve──▶ approved ──supply──▶ supplied ──import──▶ imported
       │  │                 │   ▲                  │
       │  └───withdraw──────┤   └──────return──────┘
       │                    ▼
       └──refuse──▶ refused  withdrawn

Refused and withdrawn are final. An imported group stays open for further files with corrected rows, but cannot be
withdrawn: imported customers are not removed. Source: requirement L3.
"""

from callcenter.kit.transitions import Machine
from callcenter.target_groups.types import Act, TargetState

_S, _A = TargetState, Act

TARGET_GROUP = Machine(
    title="A target group",
    about="A branch proposes, the data officer approves, head office supplies, the data officer imports.",
    model="TargetGroup",
    initials=(_S.PROPOSED,),
    ends=(_S.IMPORTED, _S.REFUSED, _S.WITHDRAWN),
    table={
        (_S.PROPOSED, _A.APPROVE): _S.APPROVED,
        (_S.PROPOSED, _A.REFUSE): _S.REFUSED,
        (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _A.SUPPLY): _S.SUPPLIED,
        (_S.SUPPLIED, _A.SUPPLY): _S.SUPPLIED,  # a corrected file before the first was imported
        (_S.SUPPLIED, _A.RETURN): _S.APPROVED,
        (_S.SUPPLIED, _A.IMPORT): _S.IMPORTED,
        (_S.IMPORTED, _A.SUPPLY): _S.IMPORTED,  # a file with corrected rows
        (_S.IMPORTED, _A.RETURN): _S.IMPORTED,
        (_S.IMPORTED, _A.IMPORT): _S.IMPORTED,
    },
)

MACHINES = (TARGET_GROUP,)
