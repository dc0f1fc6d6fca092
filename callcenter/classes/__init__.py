"""Customer classes: schemes as data, rules that set a class, and what a class steers (L5)."""
