"""Alerts on a real database."""
