"""Regions, hand-overs of passed successes to field agents, visits and their results."""
