"""Declares the endpoints that take an uploaded file, with the limit of the settings."""

from typing import Any

from fastapi import Depends

from callcenter.files.errors import FileTooLarge
from callcenter.files.settings import FileSettings
from callcenter.kit.http import BodyLimit, Services

_FORM = 64 * 1024
"""Room for the other parts of the form, in bytes."""


def _most_bytes(services: Services) -> int:
    settings: FileSettings = services[FileSettings]
    return settings.upload_limit_bytes + _FORM


def _too_large(most_bytes: int) -> FileTooLarge:
    limit = most_bytes - _FORM
    return FileTooLarge(f"a list has at most {limit} bytes: split it", limit=limit)


def takes_upload() -> Any:
    """Declares an endpoint that takes one file, at most ``FileSettings.upload_limit_bytes``."""
    return Depends(BodyLimit(_most_bytes, _too_large))
