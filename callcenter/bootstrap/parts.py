"""Names what a process may run."""

from callcenter.parts.types import Part as Part

ALL_PARTS = frozenset(Part)
