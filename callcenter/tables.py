"""Imports every table of the system, which fills ``SQLModel.metadata`` for migrations and tests."""

from sqlmodel import SQLModel

import callcenter.agents.models
import callcenter.alerts.models
import callcenter.allocation.models
import callcenter.audit.models
import callcenter.calendar.models
import callcenter.callbacks.models
import callcenter.calls.models
import callcenter.campaigns.models
import callcenter.classes.models
import callcenter.complaints.models
import callcenter.consent.models
import callcenter.customers.models
import callcenter.desk.models
import callcenter.dialer.models
import callcenter.dnc.models
import callcenter.eligibility.models
import callcenter.field.models
import callcenter.health.models
import callcenter.imports.models
import callcenter.kit.effects
import callcenter.kit.installation
import callcenter.kit.jobs
import callcenter.kit.rates
import callcenter.leads.models
import callcenter.lines.models
import callcenter.messages.models
import callcenter.people.models
import callcenter.quality.models
import callcenter.recordings.destruction.models
import callcenter.recordings.exports.models
import callcenter.recordings.holds.models
import callcenter.recordings.models
import callcenter.reporting.models
import callcenter.schedule.models
import callcenter.target_groups.models  # noqa: F401

metadata = SQLModel.metadata
