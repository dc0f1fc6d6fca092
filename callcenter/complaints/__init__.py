"""Complaint cases, their clocks, and the callback each complaining customer is owed."""
