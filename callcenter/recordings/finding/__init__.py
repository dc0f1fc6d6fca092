"""Finds recordings by what is known of their calls, and keeps what listeners note at moments of them (R5)."""
