"""Certifies the laws over a period: each looked at anew, with what was checked and every exception by name."""
