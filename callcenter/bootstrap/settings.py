"""Reads every setting before a command begins, and refuses variables that no part of the system reads.

A variable with a slip in its name would leave its setting at the default without a word, and a wrong value of a setting
that this command does not need would stop another process later. So each command looks at all of them.
"""

import difflib
import os
from collections.abc import Collection, Iterable, Mapping, Sequence

from dotenv import dotenv_values

from callcenter.alerts.settings import AlertSettings
from callcenter.allocation.settings import AllocationSettings
from callcenter.audit.settings import AuditSettings
from callcenter.calendar.settings import CalendarSettings
from callcenter.callbacks.settings import CallbackSettings
from callcenter.calls.settings import VisitSettings
from callcenter.campaigns.settings import CampaignSettings
from callcenter.complaints.settings import ComplaintSettings
from callcenter.dialer.settings import DialerSettings
from callcenter.dnc.settings import DncSettings
from callcenter.eligibility.settings import EligibilitySettings
from callcenter.embedded.settings import KeptSettings
from callcenter.field.settings import FieldSettings
from callcenter.files.settings import FileSettings
from callcenter.health.settings import HealthSettings
from callcenter.imports.settings import ImportSettings
from callcenter.kit.config import ENV_FILE, PREFIX, CoreSettings, Section, SettingsError, env_file, variable
from callcenter.kit.rates import RateSettings
from callcenter.lines.settings import LineSettings
from callcenter.messages.settings import MessageSettings
from callcenter.people.settings import PeopleSettings
from callcenter.quality.settings import QualitySettings
from callcenter.recordings.settings import RecordingSettings
from callcenter.reporting.settings import ReportingSettings
from callcenter.storage.settings import StorageSettings
from callcenter.telephony.relays import RelaySettings
from callcenter.telephony.settings import NodeSettings, SwitchSettings
from callcenter.web.settings import WebSettings

SECTIONS: Sequence[type[Section]] = (
    CoreSettings,
    RateSettings,
    StorageSettings,
    SwitchSettings,
    NodeSettings,
    RelaySettings,
    KeptSettings,
    RecordingSettings,
    WebSettings,
    RateSettings,
    PeopleSettings,
    CampaignSettings,
    CalendarSettings,
    AllocationSettings,
    ImportSettings,
    FileSettings,
    EligibilitySettings,
    DncSettings,
    DialerSettings,
    LineSettings,
    HealthSettings,
    AlertSettings,
    MessageSettings,
    CallbackSettings,
    ComplaintSettings,
    VisitSettings,
    FieldSettings,
    QualitySettings,
    ReportingSettings,
    AuditSettings,
)
"""All sections that the parts of the system read; a rehearsal adds its own."""

OTHERS = frozenset(
    {
        ENV_FILE,
        "CALLCENTER_LISTEN_FD",  # the supervisor's, for its children
        "CALLCENTER_BEAT_FD",
        "CALLCENTER_CACHE_DIR",  # of rehearsals, scripts and tests
        "CALLCENTER_ASTERISK_BINARY",
        "CALLCENTER_DEBIAN_MIRROR",
        "CALLCENTER_CHROMIUM",
        "CALLCENTER_PICTURES",
        "CALLCENTER_API",
    }
)
"""Variables with our prefix that are no settings of a section."""


def check_settings(
    further: Sequence[type[Section]] = (), *, needed: Collection[type[Section]] = (CoreSettings,)
) -> None:
    """Raises SettingsError with everything that is wrong: unknown variables, and wrong values of any section.

    A required value that is missing counts in the sections that are ``needed`` alone: an auditor has the database and
    neither the switch nor its secrets.
    """
    sections = (*SECTIONS, *further)
    faults = list(unknown_variables(_names_set(), sections))
    for section in sections:
        try:
            section()
        except SettingsError as error:
            if section in needed or not error.only_missing:
                faults += error.faults
    if not faults:
        faults += _two_spools()
    if faults:
        raise SettingsError(faults)


def _names_set() -> list[str]:
    """Returns the names of our variables in the environment and in its file. Raises SettingsError."""
    path = env_file()
    names: Mapping[str, str | None] = {**(dotenv_values(path) if path else {}), **os.environ}
    return sorted(name for name in names if name.upper().startswith(PREFIX))


def unknown_variables(names: Iterable[str], sections: Sequence[type[Section]]) -> Iterable[str]:
    """Yields a sentence for each variable that no section reads, with the known name that is most like it."""
    known = OTHERS | {variable(section, name) for section in sections for name in section.model_fields}
    for name in names:
        if name.upper() not in known:
            nearest = difflib.get_close_matches(name.upper(), sorted(known), n=1, cutoff=0)
            yield f"{name} (no such setting; the nearest one is {nearest[0]}: correct the name or remove it)"


def _two_spools() -> Iterable[str]:
    """Yields a sentence if the switch writes recordings to another folder than the one in which they are looked for."""
    try:
        written, read = SwitchSettings().spool_dir, RecordingSettings().spool_dir
    except SettingsError:  # a process without a switch
        return
    if written.resolve() != read.resolve():
        yield (
            "CALLCENTER_SWITCH_SPOOL_DIR and CALLCENTER_RECORDINGS_SPOOL_DIR (name different folders: the switch writes"
            f" to {written}, recordings are looked for in {read}: name the same folder in both)"
        )
