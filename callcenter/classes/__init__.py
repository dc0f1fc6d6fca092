"""Customer classes: schemes as data, rules that set a class, and the effects of a class (L5)."""
