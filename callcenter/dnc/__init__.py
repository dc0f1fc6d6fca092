"""Who may not be called: do-not-call entries, external lists, the legal basis and its withdrawal (L6, L9)."""
