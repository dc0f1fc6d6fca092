"""Limits what this process may use, so that what it works on cannot take the machine from the others."""

import resource

_MIB = 1 << 20
_GRACE_SECONDS = 5
"""Between the signal that ends a process past its computing time, and the one that it cannot catch."""


def limit_this_process(cpu_seconds: int, memory_mib: int) -> None:
    """Lets the kernel end this process past so much computing time, and refuse it more memory than that."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * _MIB, memory_mib * _MIB))
