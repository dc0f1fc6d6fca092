"""The field, on a real database."""
