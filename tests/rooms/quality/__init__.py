"""Quality, on a real database."""
