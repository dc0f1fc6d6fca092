"""Endpoints: who may not be called: do-not-call entries, outside lists, the legal basis and its withdrawal (L6, L9)."""

from fastapi import APIRouter

router = APIRouter(prefix="/dnc", tags=["dnc"])
