"""Decides what a backup may be written to or restored from. Pure."""
