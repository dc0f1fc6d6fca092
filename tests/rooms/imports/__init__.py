"""The imports room on a real database."""
