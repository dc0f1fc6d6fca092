"""The customer file: searching, reading, revealing (requirements L4, L7). It joins what leads and do-not-call know."""
