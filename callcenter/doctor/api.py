"""Endpoint of the doctor."""

from fastapi import APIRouter

from callcenter.doctor.schemas import DiagnosisView
from callcenter.doctor.service import DoctorService
from callcenter.kit.http import Working, provided, require
from callcenter.people.types import Right

router = APIRouter(prefix="/doctor", tags=["doctor"], dependencies=[require(Right.MANAGE_AGENTS)])


@router.get("")
async def diagnose(work: Working, service: DoctorService = provided(DoctorService)) -> DiagnosisView:
    """Returns what is wrong, and where on the way from the lists to a call nothing is left."""
    return DiagnosisView.of(await service.diagnose(work))
