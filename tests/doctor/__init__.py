"""Faults that are planted in a healthy installation, and whether the doctor names them."""
