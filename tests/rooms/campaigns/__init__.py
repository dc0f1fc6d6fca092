"""The campaigns room on a real database."""
