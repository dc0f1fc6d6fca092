"""Builds the HTTP application over a system."""

from typing import Any

from fastapi import FastAPI

import callcenter.agents.api as nodes_api
import callcenter.alerts.api as alerts_api
import callcenter.allocation.api as allocation_api
import callcenter.audit.api as audit_api
import callcenter.calendar.api as calendar_api
import callcenter.callbacks.api as callbacks_api
import callcenter.campaigns.api as campaigns_api
import callcenter.campaigns.retry_api as retry_api
import callcenter.campaigns.script_api as script_api
import callcenter.classes.api as classes_api
import callcenter.complaints.api as complaints_api
import callcenter.consent.api as consent_api
import callcenter.customers.api as customers_api
import callcenter.desk.api as desk_api
import callcenter.dialer.api as dialer_api
import callcenter.dnc.api as dnc_api
import callcenter.doctor.api as doctor_api
import callcenter.eligibility.api as eligibility_api
import callcenter.field.api as field_api
import callcenter.field.follow_api as follow_api
import callcenter.floor.api as floor_api
import callcenter.health.api as health_api
import callcenter.imports.api as intake_api
import callcenter.lines.api as lines_api
import callcenter.messages.api as messages_api
import callcenter.people.api as people_api
import callcenter.people.second_factor_api as second_factor_api
import callcenter.quality.api as quality_api
import callcenter.readiness.api as readiness_api
import callcenter.recordings.api as recordings_api
import callcenter.recordings.destruction.api as destruction_api
import callcenter.recordings.exports.api as exports_api
import callcenter.recordings.finding.api as finding_api
import callcenter.recordings.holds.api as holds_api
import callcenter.recordings.incidents_api as incidents_api
import callcenter.reporting.api as reporting_api
import callcenter.reporting.history.api as history_api
import callcenter.schedule.api as schedule_api
import callcenter.target_groups.api as targets_api
import callcenter.web.jobs as jobs_api
from callcenter.bootstrap.scheduled import scheduled_tasks
from callcenter.bootstrap.system import System
from callcenter.schedule.service import ScheduleService
from callcenter.web.app import create_app
from callcenter.web.context import WebContext


def application(system: System) -> FastAPI:
    """Returns the HTTP application over a system."""
    services: dict[type[Any], Any] = {type(part): part for part in system.parts()}
    services[ScheduleService] = ScheduleService(scheduled_tasks(system))
    routers = [
        second_factor_api.own,
        second_factor_api.others,
        people_api.router,
        jobs_api.router,
        alerts_api.router,
        intake_api.router,
        targets_api.router,
        customers_api.router,
        classes_api.router,
        classes_api.leads,
        dnc_api.router,
        consent_api.router,
        campaigns_api.router,
        retry_api.router,
        script_api.router,
        readiness_api.campaigns,
        readiness_api.router,
        campaigns_api.service_hours,
        calendar_api.router,
        allocation_api.router,
        incidents_api.router,  # this and the next four before the recordings, whose call id would take their paths
        holds_api.router,
        exports_api.router,
        destruction_api.router,
        finding_api.router,
        recordings_api.router,
        callbacks_api.router,
        complaints_api.router,
        quality_api.router,
        field_api.router,
        follow_api.router,
        dialer_api.router,
        desk_api.router,
        floor_api.router,
        doctor_api.router,
        eligibility_api.router,
        eligibility_api.rule_sets,
        audit_api.router,
        schedule_api.router,
        health_api.router,
        nodes_api.router,
        messages_api.router,
        lines_api.router,
        reporting_api.router,
        history_api.router,
    ]
    return create_app(
        WebContext(
            works=system.works,
            waker=system.waker,
            services=services,
            settings=system.settings,
            routers=routers,
            phone_urls=lambda: (system.switch.websocket_url, *(node.websocket_url for node in system.health.nodes)),
        )
    )
