"""Campaigns: product, calling window and shifts, caps and retries, script, working calendar."""
