"""The allocation on a real database."""
