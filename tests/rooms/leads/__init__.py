"""The leads room on a real database."""
