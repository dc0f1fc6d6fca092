"""Endpoints: the customer file: searching, reading, revealing."""

from fastapi import APIRouter

router = APIRouter(prefix="/leads", tags=["customers"])
