"""Runs timed work: one table of every scheduled task, run by exactly one leader."""
