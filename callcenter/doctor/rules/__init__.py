"""Judges facts: what is wrong, how grave it is. Pure."""
