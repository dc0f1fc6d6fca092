"""Runs scheduled tasks: one table lists them all, and exactly one leading process runs them."""
