"""The customer file: searching, reading, revealing (requirements L4, L7). It joins data of leads and do-not-call."""
