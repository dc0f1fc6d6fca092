"""Draws and compares the time-based codes of authenticator apps (RFC 6238: six digits, 30 seconds). Pure."""

import hmac
from datetime import datetime

import pyotp
import segno

_PERIOD = 30
_DIGITS = 6
_TOLERATED = (0, -1, 1)
"""Periods beside the present one whose code counts: clocks of telephones differ, and typing takes a while."""


def new_secret() -> str:
    """Returns 160 random bits in base32."""
    return pyotp.random_base32()


def uri_of(secret: str, *, login: str, issuer: str) -> str:
    """Returns the URI that authenticator apps read from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def qr_code(text: str) -> str:
    """Returns a QR code of this text as a picture in a data URI."""
    return segno.make(text, error="m").svg_data_uri(scale=5, border=2)


def matched_step(secret: str, code: str, now: datetime) -> int | None:
    """Returns the number of the period that this code belongs to; None when it fits none of those around ``now``."""
    digits = "".join(code.split())
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    present = int(now.timestamp()) // _PERIOD
    totp = pyotp.TOTP(secret, interval=_PERIOD)
    for step in (present + beside for beside in _TOLERATED):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None
