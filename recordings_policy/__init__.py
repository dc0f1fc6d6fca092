"""Decides how long recordings are kept: the signed policy, and the pure function that applies it."""

from recordings_policy.decide import decide
from recordings_policy.load import PolicyError, load, parse
from recordings_policy.model import Contract, Facts, Particular, Policy, RecorderStopped, Rule, Verdict

__all__ = [
    "Contract",
    "Facts",
    "Particular",
    "Policy",
    "PolicyError",
    "RecorderStopped",
    "Rule",
    "Verdict",
    "decide",
    "load",
    "parse",
]
