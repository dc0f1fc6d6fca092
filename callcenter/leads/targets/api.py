"""Endpoints of the target groups."""

from fastapi import APIRouter

router = APIRouter(prefix="/target-groups", tags=["targets"])
