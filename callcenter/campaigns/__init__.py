"""Campaigns: product, calling window and shifts, caps and retries, script (requirements C1, C3, C7, C8)."""
