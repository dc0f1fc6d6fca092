"""Knows which parts of the system run, by the locks of their leaders."""
