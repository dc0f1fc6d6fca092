"""Base of response models; the browser's types are generated from their description."""

from pydantic import BaseModel, ConfigDict


class Output(BaseModel):
    """Base of responses with default values: described as required, because they are always sent.

    By itself Pydantic describes a field with a default as optional, and the browser would have to expect its absence.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)
