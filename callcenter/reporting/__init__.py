"""Reads across rooms: the ledger of the data and the history of a customer. Writes only frozen reports."""
