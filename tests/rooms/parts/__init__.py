"""Which parts run, as the leaders' locks show it."""
