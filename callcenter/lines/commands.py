"""Takes a trunk from words of a command line, checked as the page's form is; describes trunks as the page does."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from callcenter.kit.errors import Invalid
from callcenter.kit.work import Work
from callcenter.lines.schemas import NewTrunk, TrunkChange, TrunkOut, TrunkSetting
from callcenter.lines.trunks import TrunkService, TrunkView
from callcenter.lines.types import TrunkEntry


class TrunkSettingInvalid(Invalid):
    """Refuses a setting that the page would not take either."""

    code = "trunk_setting_invalid"


def described(views: Sequence[TrunkView]) -> list[dict[str, Any]]:
    """Returns trunks in values that JSON has."""
    return [TrunkOut.of(view).model_dump(mode="json") for view in views]


async def put_trunk(trunks: TrunkService, work: Work, name: str, words: Mapping[str, Any]) -> TrunkEntry:
    """Adds a trunk, or changes the settings that ``words`` name. Raises TrunkSettingInvalid and more."""
    unknown = words.keys() - NewTrunk.model_fields.keys()
    if unknown:
        raise TrunkSettingInvalid(f"there is no setting {', '.join(sorted(unknown))} of a trunk")
    present = next((entry for entry in await trunks.entries(work) if entry.name == name), None)
    try:
        if present is None:
            body = NewTrunk.model_validate({"name": name, "group": name, **words})
            return await trunks.add(work, body.name, body.form(), body.reason)
        before = TrunkSetting.of(present).model_dump(exclude={"id", "has_password"})
        change = TrunkChange.model_validate({**before, **words})
    except ValidationError as error:
        first = error.errors()[0]
        raise TrunkSettingInvalid(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return await trunks.change(work, present.id, change.version, change.form(), change.reason)
