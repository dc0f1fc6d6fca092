"""Reads the whole history of one customer from all rooms."""
