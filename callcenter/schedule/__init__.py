"""Timed work: one table of every job, run by exactly one leader."""
