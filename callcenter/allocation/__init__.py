"""Decides who calls whom: the evening run that gives each agent the next working day's leads, and the day's list."""
