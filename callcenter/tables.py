"""Every table of the house: importing this module fills ``SQLModel.metadata``, for migrations and for the tests."""

from sqlmodel import SQLModel

import callcenter.audit.models  # noqa: F401
import callcenter.kit.outbox  # noqa: F401
import callcenter.people.models  # noqa: F401

metadata = SQLModel.metadata
