"""Numbers that may not be called: do-not-call entries and external lists (requirement L6)."""
