"""Reads across rooms: the ledger of the leads and the history of a customer. Writes only exported reports."""
