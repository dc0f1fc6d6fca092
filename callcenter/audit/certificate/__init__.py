"""Certifies the laws over a period: each is checked again from the rows, and every exception named."""
