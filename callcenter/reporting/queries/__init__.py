"""Reads across rooms, in plain words of the database. Nothing here writes."""
