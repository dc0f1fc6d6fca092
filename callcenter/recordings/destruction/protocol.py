"""Writes the protocol of a destruction run: every recording with its hash and what became of it, signed. Pure."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from callcenter.recordings.destruction.errors import ProtocolNotReady
from callcenter.recordings.destruction.types import ItemCard, RunCard, RunState
from callcenter.recordings.exports.signing import Signer

FORMAT = "callcenter-destruction-protocol/1"


def protocol_of(run: RunCard, items: Sequence[ItemCard], signer: Signer) -> dict[str, Any]:
    """Returns the protocol with the hash and the signature of its content. Raises ProtocolNotReady."""
    if run.state is not RunState.DONE:
        raise ProtocolNotReady(
            f"the run is {run.state.value}: its protocol is made when it is done", state=run.state.value
        )
    content = {
        "format": FORMAT,
        "run": run.id,
        "policy_version": run.policy_version,
        "proposed_by": run.proposed_by,
        "proposed_at": _instant(run.proposed_at),
        "approved_by": run.decided_by,
        "approved_at": _instant(run.decided_at),
        "done_at": _instant(run.done_at),
        "recordings": [
            {
                "call": str(item.call_id),
                "sha256": item.sha256,
                "size": item.size_bytes,
                "rule": item.rule,
                "locked_until": _instant(item.retain_until),
                "result": item.state.value,
                "kept": item.kept.value if item.kept else None,
                "at": _instant(item.at),
            }
            for item in items
        ],
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    return {
        "content": content,
        "sha256": hashlib.sha256(text).hexdigest(),
        "signature": signer.sign(text),
        "public_key": signer.public_pem,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
