"""Defines the refusal of a backup, a restore or an act with keys."""

from callcenter.backup.words import REFUSALS
from callcenter.kit.errors import CannotBeginError


class BackupRefused(CannotBeginError):  # noqa: N818 - the system's word: a request is refused, nothing failed
    """Refuses with a stable code, and one sentence in each language that says what to do."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        chinese, english = (sentence.format(**params) for sentence in REFUSALS[code])
        super().__init__(f"{chinese}\n{english}")
