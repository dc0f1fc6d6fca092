"""The do-not-call room on a real database."""
