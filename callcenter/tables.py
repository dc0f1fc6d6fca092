"""Every table of the house: importing this module fills ``SQLModel.metadata``, for migrations and for the tests."""

from sqlmodel import SQLModel

import callcenter.agents.models
import callcenter.alerts.models
import callcenter.allocation.models
import callcenter.audit.models
import callcenter.callbacks.models
import callcenter.calls.models
import callcenter.campaigns.models
import callcenter.complaints.models
import callcenter.dialer.models
import callcenter.field.models
import callcenter.kit.errands
import callcenter.kit.outbox
import callcenter.leads.classes.models
import callcenter.leads.dnc.models
import callcenter.leads.intake.models
import callcenter.leads.models
import callcenter.leads.targets.models
import callcenter.people.models
import callcenter.quality.models
import callcenter.recordings.models
import callcenter.reporting.models
import callcenter.schedule.models  # noqa: F401

metadata = SQLModel.metadata
