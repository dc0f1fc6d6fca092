"""A passkey in software: what a browser and a security key answer together (WebAuthn, ES256, no attestation)."""

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

_USER_PRESENT, _ATTESTED = 0x01, 0x40


class SoftPasskey:
    """One key pair for one site; ``origin`` is the page on which it is used."""

    def __init__(self, origin: str, host: str) -> None:
        self.id = secrets.token_bytes(16)
        self.uses = 0
        self._origin = origin
        self._host = host
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answers the options of ``navigator.credentials.create``."""
        numbers = self._key.public_key().public_numbers()
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        data = self._data(_USER_PRESENT | _ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", options),
                "attestationObject": encode_cbor({"fmt": "none", "attStmt": {}, "authData": data}),
            }
        )

    def sign(self, options: dict[str, Any], *, origin: str | None = None) -> dict[str, Any]:
        """Answers the options of ``navigator.credentials.get``, on a foreign page if ``origin`` says so."""
        self.uses += 1
        client = self._client("webauthn.get", options, origin)
        data = self._data(_USER_PRESENT)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self._host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any], origin: str | None = None) -> bytes:
        facts = {"type": kind, "challenge": options["challenge"], "origin": origin or self._origin}
        return json.dumps(facts).encode()

    def _answer(self, response: dict[str, bytes]) -> dict[str, Any]:
        name = base64.urlsafe_b64encode(self.id).rstrip(b"=").decode()
        parts = {key: bytes_to_base64url(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": parts}
