"""Backups that are really restored, and keys that are really changed."""
