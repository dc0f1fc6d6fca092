"""Gives recordings out of the bank: to the insurer for issued policies, to others on a lawful request (R6, law 6)."""
