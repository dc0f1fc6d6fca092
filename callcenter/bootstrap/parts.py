"""Names what a process may run."""

from callcenter.health.types import Part as Part

ALL_PARTS = frozenset(Part)
