"""Endpoints: what somebody must look at: raised once, seen by those whose work it is, cleared when it is over."""

from fastapi import APIRouter

router = APIRouter(prefix="/alerts", tags=["alerts"])
