"""What an upload is, what a list's columns hold, and how a file is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callcenter.leads.types import RejectReason


class UploadState(StrEnum):
    UPLOADED = "uploaded"
    ORDERED = "ordered"
    """A dry run or an import of it waits or runs."""
    IMPORTED = "imported"
    DISCARDED = "discarded"


class Column(StrEnum):
    """What a column of a list can be. Each customer's file has these; a list may declare further fields."""

    NAME = "name"
    PHONE = "phone"
    GENDER = "gender"
    BIRTH = "birth_on"
    AGE = "age"
    """Counts where there is no birth date."""
    DISTRICT = "district"
    ADDRESS = "address"
    OCCUPATION = "occupation"
    CLASS = "customer_class"
    BASIS = "basis_kind"
    REFERENCE = "basis_reference"
    EMPLOYER = "employer"
    HOUSEHOLD = "household"
    INCOME = "income"
    POLICIES = "policies"
    CLAIMS = "claims"
    PREFERENCES = "preferences"
    RISK = "risk"
    SERVICE_FEEDBACK = "service_feedback"
    REFERRAL_SOURCE = "referral_source"


class FieldKind(StrEnum):
    """What a further field holds, and how it is stored in the customer's sealed fields."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    """At most 15 digits, so that a JSON number holds it exactly."""
    MONEY = "money"
    """Stored as integer fen."""
    DATE = "date"
    """Stored as YYYY-MM-DD."""
    BOOLEAN = "boolean"
    CHOICE = "choice"


class MappingFrom(StrEnum):
    GIVEN = "given"
    REMEMBERED = "remembered"
    """From the last list of the same source."""
    GUESSED = "guessed"
    """By the titles."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One further field of a list (requirement L4)."""

    key: str
    """Under which it is stored; one of the optional columns' names gives that column a kind."""
    title: str
    """Of its column in the file."""
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingRequest:
    """How whoever imports wants a file read; what is left out is found out."""

    sheet: str | None = None
    header_row: int | None = None
    """Line of the text file, or row of the sheet, that holds the titles; from 1."""
    mapping: Mapping[Column, str | None] | None = None
    """Column → title. If given, it counts alone: what it leaves out is no known column."""
    fields: Sequence[FieldSpec] | None = None
    """If given, these columns alone are kept beside the known ones; else every other column is, as text."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to become of an upload."""

    campaign_id: int
    name: str
    branch: str = ""
    reading: ReadingRequest = ReadingRequest()


@dataclass(frozen=True, slots=True)
class UploadCard:
    """A file that waits to be taken in, or has been."""

    id: int
    file_name: str
    size: int
    sha256: str
    encoding: str | None
    """None for a workbook."""
    sheets: Sequence[str]
    source: str
    target_group_id: int | None
    uploaded_at: datetime
    uploaded_by: int | None
    state: UploadState
    job_id: int | None
    list_id: int | None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it will be read, masked."""

    line: int
    values: Mapping[str, str]
    reason: RejectReason | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    encoding: str | None
    sheets: Sequence[str]
    sheet: str | None
    header_row: int | None
    """None: no row has been found that looks like a header."""
    titles: Sequence[str]
    mapping: Mapping[Column, str | None]
    mapping_from: MappingFrom
    required: Sequence[Column]
    missing: Sequence[str]
    """Columns, and titles of required fields, without which the import would be refused."""
    fields: Sequence[FieldSpec]
    rows: Sequence[PreviewRow]
    before: Sequence[UploadCard]
    """Uploads of the same bytes before this one, the newest first."""


@dataclass(frozen=True, slots=True)
class SourceCard:
    """How the last list of a source was read."""

    source: str
    mapping: Mapping[Column, str]
    fields: Sequence[FieldSpec] | None
    used_at: datetime
