"""The customer file: searching, reading, revealing."""
