"""Every row that a test puts into the database, and the table classes for the queries that look at it afterwards.

One builder per table: valid defaults, references made on demand, overrides by column name and checked by type.
No test calls a table class itself (``tests/architecture/test_rows.py``): a new column changes one builder alone.
"""

from callcenter.allocation.models import AllocationRun, Assignment, CampaignMember
from callcenter.callbacks.models import Callback
from callcenter.calls.models import Call, CallSignal
from callcenter.campaigns.models import Campaign
from callcenter.classes.models import ClassScheme, ClassValue, LeadClass
from callcenter.complaints.models import Case
from callcenter.consent.models import LeadBasis
from callcenter.desk.models import DeskNotice
from callcenter.dialer.models import KeptSignal
from callcenter.dnc.models import DncEntry, DncLift
from callcenter.field.models import HandOver, Region, Visit
from callcenter.imports.models import LeadSource, LeadUpload, LeadUploadChunk, Reject
from callcenter.kit.jobs import Job
from callcenter.leads.models import Lead, LeadList
from callcenter.people.models import LoginAttempt, LoginSession, Roster, Staff, StaffLeave
from callcenter.quality.models import Review
from callcenter.recordings.models import Incident, Recording, RecordingAccess
from tests.support.rows.after_calls import (
    make_application,
    make_case,
    make_hand_over,
    make_region,
    make_review,
    make_visit,
)
from tests.support.rows.calls import (
    BODY,
    make_assignment,
    make_call,
    make_callback,
    make_incident,
    make_member,
    make_open_call,
    make_recording,
    make_run,
    make_signal,
)
from tests.support.rows.core import count_rows, next_number
from tests.support.rows.desk import make_agent_session, make_draft, make_notice, make_quota
from tests.support.rows.leads import (
    make_campaign,
    make_class_scheme,
    make_class_value,
    make_dnc_entry,
    make_dnc_lift,
    make_lead,
    make_lead_basis,
    make_lead_change,
    make_lead_class,
    make_lead_list,
    make_leads,
    make_rule_set,
    make_upload,
    phone_number,
)
from tests.support.rows.people import make_job, make_leave, make_roster, make_staff, make_work_pattern
from tests.support.rows.supply import make_export, make_target_group
from tests.support.settings import VAULT

__all__ = [
    "BODY",
    "VAULT",
    "AllocationRun",
    "Assignment",
    "Call",
    "CallSignal",
    "Callback",
    "Campaign",
    "CampaignMember",
    "Case",
    "ClassScheme",
    "ClassValue",
    "DeskNotice",
    "DncEntry",
    "DncLift",
    "HandOver",
    "Incident",
    "Job",
    "KeptSignal",
    "Lead",
    "LeadBasis",
    "LeadClass",
    "LeadList",
    "LeadSource",
    "LeadUpload",
    "LeadUploadChunk",
    "LoginAttempt",
    "LoginSession",
    "Recording",
    "RecordingAccess",
    "Region",
    "Reject",
    "Review",
    "Roster",
    "Staff",
    "StaffLeave",
    "Visit",
    "count_rows",
    "make_agent_session",
    "make_application",
    "make_assignment",
    "make_call",
    "make_callback",
    "make_campaign",
    "make_case",
    "make_class_scheme",
    "make_class_value",
    "make_dnc_entry",
    "make_dnc_lift",
    "make_draft",
    "make_export",
    "make_hand_over",
    "make_incident",
    "make_job",
    "make_lead",
    "make_lead_basis",
    "make_lead_change",
    "make_lead_class",
    "make_lead_list",
    "make_leads",
    "make_leave",
    "make_member",
    "make_notice",
    "make_open_call",
    "make_quota",
    "make_recording",
    "make_region",
    "make_review",
    "make_roster",
    "make_rule_set",
    "make_run",
    "make_signal",
    "make_staff",
    "make_target_group",
    "make_upload",
    "make_visit",
    "make_work_pattern",
    "next_number",
    "phone_number",
]
