"""Target groups: proposed by a branch, supplied by head office, imported by the data officer (L3)."""
