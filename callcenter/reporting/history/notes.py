"""Opens the sealed words of one entry of a customer's history; each look is written to the trail (requirement L7)."""

from collections.abc import Sequence

from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.reporting.errors import NoteNotFound
from callcenter.reporting.history.rules import READERS, may_read
from callcenter.reporting.history.types import Happening, NotePart, Words
from callcenter.reporting.queries import notes as queries


class HistoryNotes:
    """Reads what was written: notes of calls, reviews and visits, complaints, corrections, returned leads."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def read(self, work: Work, lead_id: int, key: str, why: str) -> Sequence[Words]:
        """Returns the words in clear and writes an audit record with ``why``, which holds no personal data.

        ``key``: of an entry of this customer's history. Raises ReasonMissing, NotAllowed, NoteNotFound.
        """
        why = require_reason(why, "reading a note", rule="L7")
        kind, number = _parts(key)
        if not may_read(kind, work.actor.rights):
            raise NotAllowed(f"this needs the right {' or '.join(sorted(READERS[kind]))}")
        found = await queries.find_note(work.session, lead_id, kind, number)
        if found is None or not found.sealed:
            raise NoteNotFound("nothing was written there, or it is no entry of this customer: load the page again")
        await work.announce(Noted("customers.note_read", f"lead:{found.lead_id}", {"of": kind.value, "why": why}))
        return [Words(NotePart(part), self._vault.open(*sealed)) for part, sealed in found.sealed.items()]


def _parts(key: str) -> tuple[Happening, str]:
    """Returns kind and id of a key. Raises NoteNotFound for a text that is none, or a kind without notes."""
    kind, _, number = key.partition(":")
    if kind not in {one.value for one in READERS}:
        raise NoteNotFound("there is no such entry with words of its own: load the page again")
    return Happening(kind), number
