"""Keeps the audit trail: append-only, each entry chained to the one before by its hash (requirement S3)."""
