"""Everything that ever happened to one customer, read from all rooms."""
