"""Response of the doctor."""

from datetime import datetime

from pydantic import BaseModel, Field

from callcenter.doctor.types import Area, CampaignWay, Diagnosis, Fault, Severity, StepName


class FaultView(BaseModel):
    code: str
    area: Area
    severity: Severity
    zh: str = Field(description="what is wrong and what to do, in Chinese")
    en: str = Field(description="the same in English")

    @classmethod
    def of(cls, fault: Fault) -> "FaultView":
        return cls(code=fault.code, area=fault.area, severity=fault.severity, zh=fault.zh, en=fault.en)


class StepView(BaseModel):
    name: StepName
    count: int
    stuck: bool = Field(description="the first step at which nothing is left")


class WayView(BaseModel):
    """The way of a campaign's leads from their list to a call."""

    campaign_id: int
    name: str
    window_open: bool
    steps: list[StepView]

    @classmethod
    def of(cls, way: CampaignWay) -> "WayView":
        steps = [StepView(name=step.name, count=step.count, stuck=step.stuck) for step in way.steps]
        return cls(campaign_id=way.campaign_id, name=way.name, window_open=way.window_open, steps=steps)


class DiagnosisView(BaseModel):
    made_at: datetime
    faults: list[FaultView] = Field(description="the gravest first; empty: nothing is wrong")
    ways: list[WayView] = Field(description="of each running campaign")

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> "DiagnosisView":
        return cls(
            made_at=diagnosis.made_at,
            faults=[FaultView.of(fault) for fault in diagnosis.faults],
            ways=[WayView.of(way) for way in diagnosis.ways],
        )
