"""Endpoints: customer classes: schemes as data, rules that set a class, and what a class steers (L5)."""

from fastapi import APIRouter

router = APIRouter(prefix="/class-schemes", tags=["classes"])
