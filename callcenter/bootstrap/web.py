"""The HTTP application over a house."""

from typing import Any

from fastapi import FastAPI

import callcenter.alerts.api as alerts_api
import callcenter.allocation.api as allocation_api
import callcenter.audit.api as audit_api
import callcenter.campaigns.api as campaigns_api
import callcenter.complaints.api as complaints_api
import callcenter.dialer.api as dialer_api
import callcenter.dialer.explain_api as explain_api
import callcenter.field.api as field_api
import callcenter.leads.classes.api as classes_api
import callcenter.leads.customers.api as customers_api
import callcenter.leads.dnc.api as dnc_api
import callcenter.leads.intake.api as intake_api
import callcenter.leads.targets.api as targets_api
import callcenter.people.api as people_api
import callcenter.quality.api as quality_api
import callcenter.recordings.api as recordings_api
import callcenter.reporting.api as reporting_api
import callcenter.reporting.history.api as history_api
import callcenter.web.errands as errands_api
from callcenter.bootstrap.house import House
from callcenter.web.app import create_app
from callcenter.web.house import WebHouse


def application(house: House) -> FastAPI:
    """The HTTP application over a house."""
    services: dict[type[Any], Any] = {
        type(service): service
        for service in (
            house.people,
            house.rosters,
            house.errands,
            house.alerts,
            house.leads,
            house.dnc,
            house.intake,
            house.targets,
            house.customers,
            house.classes,
            house.campaigns,
            house.allocation,
            house.calls,
            house.recordings,
            house.complaints,
            house.quality,
            house.field,
            house.explainer,
            house.desk,
            house.floor,
            house.audit,
            house.ledger,
            house.history,
            house.switch,
        )
    }
    routers = [
        people_api.router,
        errands_api.router,
        alerts_api.router,
        intake_api.router,
        targets_api.router,
        customers_api.router,
        classes_api.router,
        classes_api.leads,
        dnc_api.router,
        campaigns_api.router,
        campaigns_api.calendar,
        allocation_api.router,
        recordings_api.router,
        complaints_api.router,
        quality_api.router,
        field_api.router,
        dialer_api.desk,
        dialer_api.floor,
        explain_api.gates,
        audit_api.router,
        reporting_api.router,
        history_api.router,
    ]
    return create_app(
        WebHouse(
            works=house.works,
            waker=house.waker,
            services=services,
            settings=house.settings,
            routers=routers,
            phone_urls=(house.switch.websocket_url,),
        )
    )
