"""Describes what endpoints return exactly, for the browser's types are generated from it."""

from pydantic import BaseModel, ConfigDict


class Output(BaseModel):
    """A model of an answer with fields that have a default: they are always sent, hence described as required.

    Pydantic describes a field with a default as optional otherwise, and every reader would have to expect its absence.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)
