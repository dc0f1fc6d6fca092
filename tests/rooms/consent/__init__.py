"""The consent room on a real database."""
