"""Target groups: a branch proposes one, head office supplies the customers, the data officer imports them (L3)."""
