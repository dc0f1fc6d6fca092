"""Writes a pack: the audio, the particulars that the policy allows, a manifest with hashes, and its signature.

``scripts/verify-pack`` reads it without this program.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from callcenter.recordings.exports.signing import Signer

AUDIO = "recording.flac"
PARTICULARS = "particulars.json"
MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
PUBLIC_KEY = "public_key.pem"
FORMAT = "callcenter-recording-pack/1"


def write_pack(
    pack: Path, audio: Path, particulars: Mapping[str, Any], about: Mapping[str, Any], signer: Signer
) -> str:
    """Writes the pack and returns its SHA-256; the same facts give the same bytes. Blocking; runs in a thread."""
    texts = {PARTICULARS: _json(particulars)}
    with audio.open("rb") as source:
        audio_sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    files = [{"name": AUDIO, "size": audio.stat().st_size, "sha256": audio_sha256}]
    files += [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in texts.items()
    ]
    manifest = _json({"format": FORMAT, **about, "files": files})
    texts |= {
        MANIFEST: manifest,
        SIGNATURE: base64.b64decode(signer.sign(manifest)),
        PUBLIC_KEY: signer.public_pem.encode(),
    }
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_STORED) as archive:
        with archive.open(zipfile.ZipInfo(AUDIO), "w", force_zip64=True) as target, audio.open("rb") as source:
            while block := source.read(1 << 20):
                target.write(block)
        for name, content in texts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    with pack.open("rb") as whole:
        return hashlib.file_digest(whole, "sha256").hexdigest()


def instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True).encode()
