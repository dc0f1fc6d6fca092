"""What an upload is, what a list's columns hold, how a file is read, and what an import gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callcenter.files.types import AS_FOUND, Delimiter, Encoding, Sheet, TextChoice
from callcenter.kit.events import Event
from callcenter.kit.places import Binding
from callcenter.leads.types import NumberProblem

REJECTED_ROW = Binding("lead_reject.row", ("list_id", "line"))
UPLOAD_PIECE = Binding("lead_upload", ("upload_id", "number"))


class RejectReason(StrEnum):
    """Why a row of a list became no lead (requirement L2). Declared in the order in which they are looked for."""

    UNREADABLE = "unreadable"
    """The row cannot be read as it stands; the reject's detail is the ``Spoil``."""
    MISSING_PHONE = NumberProblem.MISSING_PHONE.value
    DIGITS_LOST = NumberProblem.DIGITS_LOST.value
    FOREIGN = NumberProblem.FOREIGN.value
    LANDLINE = NumberProblem.LANDLINE.value
    SHORT_CODE = NumberProblem.SHORT_CODE.value
    SERVICE_NUMBER = NumberProblem.SERVICE_NUMBER.value
    MALFORMED = NumberProblem.MALFORMED.value
    NO_LEGAL_BASIS = "no_legal_basis"
    FIELD_INVALID = "field_invalid"
    """A further field does not hold what the list declares; the reject's detail names the column."""
    DO_NOT_CALL = "do_not_call"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    DUPLICATE_IN_SYSTEM = "duplicate_in_system"
    """The campaign has this number already, from another list."""


class RowWarning(StrEnum):
    """What is odd about a row that is taken nevertheless, counted and shown before and after the import."""

    NO_NAME = "no_name"
    MINOR = "minor"
    """Younger than eighteen by the list."""
    AGE_UNREADABLE = "age_unreadable"
    """What stands as age is none: 999. It is left out."""
    BIRTH_UNREADABLE = "birth_unreadable"
    DISTRICT_UNKNOWN = "district_unknown"
    """No region serves it: a visit would wait for the dispatcher."""
    DIGITS_LOST = "digits_lost"
    """A spreadsheet keeps fifteen digits of a number: an identity number in such a cell is left out."""
    HIDDEN_ROW = "hidden_row"
    """A filter hides it in the sheet."""


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
    VALID_UNTIL = "basis_valid_until"
    """Last day of the legal basis."""
    ID_NUMBER = "id_number"
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
    """How a file is to be read; what is left out is guessed."""

    text: TextChoice = AS_FOUND
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
    """A file that waits to be imported, or has been."""

    id: int
    file_name: str
    size: int
    sha256: str
    encoding: Encoding | None
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
    warnings: Sequence[RowWarning] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    encoding: Encoding | None
    """In which it is read; None for a workbook."""
    delimiter: Delimiter | None
    """By which its lines are parted; None for a workbook."""
    sheets: Sequence[Sheet]
    sheet: str | None
    hidden_rows: int
    """Rows of the sheet among the first ``looked_at`` that a filter hides: an import reads them too."""
    looked_at: int
    """Rows."""
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
    before: Sequence[UploadCard] = ()
    """Uploads of the same bytes before this one, the newest first."""


@dataclass(frozen=True, slots=True)
class SourceCard:
    """How the last list of a source was read."""

    source: str
    mapping: Mapping[Column, str]
    fields: Sequence[FieldSpec] | None
    used_at: datetime


# --- what an import gives ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file. ``rows == good + rejected``; ``reasons`` adds up to ``rejected``."""

    list_id: int
    rows: int
    good: int
    rejected: int
    reasons: dict[RejectReason, int]
    warnings: dict[RowWarning, int]
    """What is odd about rows that are taken nevertheless."""
    already_imported: bool
    """The same bytes were imported into this campaign before: nothing changed, the figures are those of then."""


@dataclass(frozen=True, slots=True)
class RejectCard:
    """A row that was not taken; the row itself stays sealed."""

    id: int
    line: int
    """Line of the text file, or row of the sheet, counted from 1, the header included."""
    reason: RejectReason
    detail: str = ""
    """The column's title, where a further field is invalid; how a row is spoiled, where it is unreadable."""
    repeats_line: int | None = None
    """Of a duplicate in the file: the line where its number stands first."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is."""

    rows: int
    good: int
    rejected: int
    rows_about: int | None = None
    """How many rows the file has in all, as far as that is known beforehand."""


# --- events: an upload that was supplied for a target group --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileSupplied(Event):
    """A file has been uploaded for a target group. A subscriber may refuse it."""

    upload_id: int
    target_group_id: int


@dataclass(frozen=True, slots=True)
class SupplyChecked(Event):
    """A dry run or an import of such a file is requested, or begins. A subscriber may refuse it."""

    upload_id: int
    target_group_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class SupplyImported(Event):
    """The customers of such a file are leads now."""

    upload_id: int
    target_group_id: int
    campaign_id: int
    list_id: int


@dataclass(frozen=True, slots=True)
class SupplyReturned(Event):
    """Such a file brings no customers: it was discarded, or the same bytes were imported before."""

    upload_id: int
    target_group_id: int
