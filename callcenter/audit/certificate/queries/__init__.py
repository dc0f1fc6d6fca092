"""All SQL of the certificate, in plain words of the database.

It reads the tables of every room and uses none of their queries: what a room believes of itself proves nothing. Each
statement works on whole sets of rows and returns only breaches and the rows that ``rules`` judges. An auditor can run
it manually, with two instants in place of ``:since`` and ``:until``. A call belongs to the period in which it was
dialled, else planned.
"""

from callcenter.audit.certificate.queries.acts import acts_without_row, count_acts, rows_without_act
from callcenter.audit.certificate.queries.assignments import assigned_twice, count_assignments, over_quota
from callcenter.audit.certificate.queries.calls import (
    against_do_not_call,
    count_called_numbers,
    count_dialled,
    count_marketing,
    dialled_unwritten,
    left_open,
    over_caps,
    overlaps,
    refusals_not_entered,
    stream_dialled,
    too_soon,
    with_unknown_outcome,
    without_basis,
)
from callcenter.audit.certificate.queries.complaints import complaint_cases, complaints_astray
from callcenter.audit.certificate.queries.facts import (
    count_noted,
    facts_changed,
    facts_unnoted,
    notes_astray,
    noting,
)
from callcenter.audit.certificate.queries.figures import CountedElsewhere, figures
from callcenter.audit.certificate.queries.history import history
from callcenter.audit.certificate.queries.recordings import (
    StoredRecording,
    count_recordings,
    open_incidents,
    sharing_objects,
    stored_keys,
    stored_recordings,
    stream_answered,
)
from callcenter.audit.certificate.queries.traces import traces_broken

__all__ = [
    "CountedElsewhere",
    "StoredRecording",
    "acts_without_row",
    "against_do_not_call",
    "assigned_twice",
    "complaint_cases",
    "complaints_astray",
    "count_acts",
    "count_assignments",
    "count_called_numbers",
    "count_dialled",
    "count_marketing",
    "count_noted",
    "count_recordings",
    "dialled_unwritten",
    "facts_changed",
    "facts_unnoted",
    "figures",
    "history",
    "left_open",
    "notes_astray",
    "noting",
    "open_incidents",
    "over_caps",
    "over_quota",
    "overlaps",
    "refusals_not_entered",
    "rows_without_act",
    "sharing_objects",
    "stored_keys",
    "stored_recordings",
    "stream_answered",
    "stream_dialled",
    "too_soon",
    "traces_broken",
    "with_unknown_outcome",
    "without_basis",
]
