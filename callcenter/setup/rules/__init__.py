"""Decides, without input or output: what an answer means, which questions are asked, which settings follow."""
