"""All SQL of the certificate, in plain words of the database.

It reads the tables of every room and uses none of their queries: what a room believes of itself proves nothing. Each
statement works on whole sets of rows and returns only breaches and the rows that ``rules`` judges. An auditor can run
it manually, with two instants in place of ``:since`` and ``:until``. A call belongs to the period in which it was
dialled, else planned.
"""

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
from callcenter.audit.certificate.queries.figures import CountedElsewhere, figures
from callcenter.audit.certificate.queries.history import history
from callcenter.audit.certificate.queries.recordings import (
    StoredRecording,
    count_recordings,
    open_incidents,
    sharing_objects,
    stored_recordings,
    stream_answered,
)

__all__ = [
    "CountedElsewhere",
    "StoredRecording",
    "against_do_not_call",
    "assigned_twice",
    "complaint_cases",
    "complaints_astray",
    "count_assignments",
    "count_called_numbers",
    "count_dialled",
    "count_marketing",
    "count_recordings",
    "dialled_unwritten",
    "figures",
    "history",
    "left_open",
    "open_incidents",
    "over_caps",
    "over_quota",
    "overlaps",
    "refusals_not_entered",
    "sharing_objects",
    "stored_recordings",
    "stream_answered",
    "stream_dialled",
    "too_soon",
    "with_unknown_outcome",
    "without_basis",
]
