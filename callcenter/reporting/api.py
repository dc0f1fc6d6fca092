"""Endpoints: reads across rooms: the ledger of the data and the history of a customer. Writes only frozen reports."""

from fastapi import APIRouter

router = APIRouter(prefix="/ledger", tags=["reporting"])
