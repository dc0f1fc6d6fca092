"""The supervisor's live floor: every agent session, and the day's totals."""
