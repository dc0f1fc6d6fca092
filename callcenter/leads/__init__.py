"""Customers: lists and their import, the customer file, do-not-call, legal basis, what is left to be allocated."""
