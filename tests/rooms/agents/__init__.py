"""Agent sessions on a real database."""
