"""The classes room on a real database."""
