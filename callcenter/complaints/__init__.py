"""Complaint cases, their deadlines, and the callback that each complaining customer is owed."""
