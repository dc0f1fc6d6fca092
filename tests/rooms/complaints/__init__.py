"""Complaints, on a real database."""
