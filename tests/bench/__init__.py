"""Figures, not judgements: how fast the system does what it promises, against a bare reference in the same run."""
