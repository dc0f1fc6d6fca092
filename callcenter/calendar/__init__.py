"""Which days are worked: the national calendar, its make-up days, and the administrator's overrides (D1)."""
