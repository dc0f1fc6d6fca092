"""Says which rows an actor may see (requirement S1): all, those of one branch, those of one region, or their own."""

from dataclasses import dataclass
from enum import StrEnum


class ScopeKind(StrEnum):
    ALL = "all"
    BRANCH = "branch"
    REGION = "region"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Scope:
    """Names the rows an actor may see. Stored as its text: ``all``, ``own``, ``branch:North``, ``region:3``."""

    kind: ScopeKind
    branch: str | None = None
    region_id: int | None = None

    @classmethod
    def of_branch(cls, branch: str) -> "Scope":
        return cls(ScopeKind.BRANCH, branch=branch)

    @classmethod
    def of_region(cls, region_id: int) -> "Scope":
        return cls(ScopeKind.REGION, region_id=region_id)

    @classmethod
    def parse(cls, text: str) -> "Scope":
        """Reads the text that ``str`` returns. Raises ValueError for anything else."""
        kind, _, value = text.partition(":")
        match ScopeKind(kind):
            case ScopeKind.BRANCH if value:
                return cls.of_branch(value)
            case ScopeKind.REGION if value:
                return cls.of_region(int(value))
            case ScopeKind.ALL | ScopeKind.OWN if not value:
                return cls(ScopeKind(kind))
        raise ValueError(f"not a scope: {text!r}")

    def __str__(self) -> str:
        value = self.branch if self.branch is not None else self.region_id
        return self.kind.value if value is None else f"{self.kind.value}:{value}"

    @property
    def is_all(self) -> bool:
        return self.kind is ScopeKind.ALL

    def includes_branch(self, branch: str) -> bool:
        """Returns whether rows of a branch are within this scope."""
        return self.is_all or (self.kind is ScopeKind.BRANCH and self.branch == branch)

    def includes_region(self, region_id: int | None) -> bool:
        """Returns whether rows of a region are within this scope; a row without a region is within ``all`` alone."""
        return self.is_all or (self.kind is ScopeKind.REGION and self.region_id == region_id)


ALL = Scope(ScopeKind.ALL)
OWN = Scope(ScopeKind.OWN)
