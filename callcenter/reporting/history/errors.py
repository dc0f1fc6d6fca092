"""Refusals of the history."""

from callcenter.kit.errors import Invalid


class CursorInvalid(Invalid):
    code = "cursor_invalid"
