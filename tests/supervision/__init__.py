"""Supervised processes: small programs that behave badly, and the parts of the system itself."""
