"""Promises and obligations, on a real database."""
