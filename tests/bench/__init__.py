"""Figures, not judgements: how fast the house does what it promises, against a bare reference in the same run."""
