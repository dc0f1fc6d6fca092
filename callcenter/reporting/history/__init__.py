"""Reads everything that ever happened to one customer from all rooms."""
