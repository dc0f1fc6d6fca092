"""Tables of dnc."""
