"""Keeps the trail of acts: append-only, each entry chained to the one before, verifiable (requirement S3)."""
