"""The target groups on a real database."""
