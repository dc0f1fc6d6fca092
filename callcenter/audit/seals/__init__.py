"""Seals everything that is stored with the active key, and finds sealed values that are not in their place."""
