"""Sends what leaves the system by itself: alerts, by mail and to the rooms of a messenger (requirement S6)."""
