"""Endpoints: from a file to leads: upload, preview, mapping, dry run, import, rejects, further fields."""

from fastapi import APIRouter

router = APIRouter(prefix="/lead-imports", tags=["intake"])
