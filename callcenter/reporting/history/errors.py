"""Lists what the history refuses."""

from callcenter.kit.errors import Invalid


class CursorInvalid(Invalid):
    code = "cursor_invalid"
