"""Adds passkeys and proves people by them (WebAuthn, requirement S1)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from callcenter.kit.work import Work, Works
from callcenter.people import repository
from callcenter.people import second_factor_repository as factors
from callcenter.people.errors import PasskeyRefused, SecondFactorMissing, StaffNotFound
from callcenter.people.hashing import token_hash
from callcenter.people.models import Passkey
from callcenter.people.second_factor import SecondFactorService

_CHALLENGE_BYTES = 32
_ANSWERED_WITHIN = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Site:
    """The site for which a passkey counts, as the browser names it."""

    origin: str
    """Such as ``https://calls.bank.example``."""

    @property
    def host(self) -> str:
        """Returns the name to which passkeys are bound: the host without its port."""
        return urlsplit(self.origin).hostname or ""


class PasskeyService:
    """Adds passkeys, and proves people by them."""

    def __init__(self, factor_service: SecondFactorService, *, site_name: str = "callcenter") -> None:
        self._factors = factor_service
        self._site_name = site_name

    async def options(self, work: Work, staff_id: int, site: Site, *, token: str) -> dict[str, Any]:
        """Returns what a browser needs to make a passkey; its answer counts for three minutes, once."""
        staff = await repository.find_staff(work.session, staff_id)
        if staff is None:
            raise StaffNotFound(f"there is no member of staff with id {staff_id}")
        known = await factors.list_passkeys(work.session, staff_id)
        options = generate_registration_options(
            rp_id=site.host,
            rp_name=self._site_name,
            user_name=staff.login,
            user_id=str(staff_id).encode(),
            user_display_name=staff.name,
            challenge=await self._challenge(work, token),
            exclude_credentials=_descriptors(known),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
        return options_to_json_dict(options)

    async def add(self, works: Works, staff_id: int, answer: dict[str, Any], site: Site, *, token: str) -> list[str]:
        """Adds a passkey; this session is proven then. Returns recovery codes if the person has none.

        Raises PasskeyRefused, TooManyAttempts.
        """
        key = await self._factors.count_attempt(works, staff_id)
        async with works.begin() as work:
            challenge = await self._taken(work, token)
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
            )
        except (WebAuthnException, ValueError) as fault:
            raise PasskeyRefused("the answer of this passkey is not valid: try again") from fault
        async with works.begin() as work:
            added = await factors.add_passkey(
                work.session, staff_id, made.credential_id, made.credential_public_key, made.sign_count, work.now
            )
            if not added:
                raise PasskeyRefused("this passkey is known already: use another one")
            return await self._factors.enrolled(work, staff_id, key, token=token, kind="passkey")

    async def challenge(self, work: Work, staff_id: int, site: Site, *, token: str) -> dict[str, Any]:
        """Returns what a browser needs to prove a person by a passkey. Raises SecondFactorMissing."""
        known = await factors.list_passkeys(work.session, staff_id)
        if not known:
            raise SecondFactorMissing("there is no passkey: enter a code instead")
        options = generate_authentication_options(
            rp_id=site.host,
            challenge=await self._challenge(work, token),
            allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
        return options_to_json_dict(options)

    async def prove(self, works: Works, staff_id: int, answer: dict[str, Any], site: Site, *, token: str) -> None:
        """Proves the person of this session by a passkey. Raises PasskeyRefused, TooManyAttempts."""
        key = await self._factors.count_attempt(works, staff_id)
        async with works.begin() as work:
            challenge = await self._taken(work, token)
        async with works.begin() as work:
            known = _named(await factors.list_passkeys(work.session, staff_id), answer)
            try:
                used = verify_authentication_response(
                    credential=answer,
                    expected_challenge=challenge,
                    expected_rp_id=site.host,
                    expected_origin=site.origin,
                    credential_public_key=known.public_key,
                    credential_current_sign_count=known.uses,
                )
            except (WebAuthnException, ValueError) as fault:
                raise PasskeyRefused("the answer of this passkey is not valid: try again") from fault
            await factors.use_passkey(work.session, known.id, used.new_sign_count, work.now)
            await self._factors.proven(work, staff_id, key, token=token)

    async def _challenge(self, work: Work, token: str) -> bytes:
        challenge = secrets.token_bytes(_CHALLENGE_BYTES)
        await factors.set_challenge(work.session, token_hash(token), challenge, work.now + _ANSWERED_WITHIN)
        return challenge

    async def _taken(self, work: Work, token: str) -> bytes:
        challenge = await factors.take_challenge(work.session, token_hash(token), work.now)
        if challenge is None:
            raise PasskeyRefused("this took longer than three minutes: try again")
        return challenge


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in passkeys]


def _named(passkeys: Sequence[Passkey], answer: dict[str, Any]) -> Passkey:
    try:
        credential_id = base64url_to_bytes(str(answer.get("id", "")))
    except ValueError:
        credential_id = b""
    for row in passkeys:
        if row.credential_id == credential_id:
            return row
    raise PasskeyRefused("this passkey is not one of yours: use another one, or a code")
