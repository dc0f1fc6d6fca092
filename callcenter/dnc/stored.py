"""From requests to a job's parameters, and back."""

from collections.abc import Mapping
from typing import Any

from callcenter.dnc.types import FileReading, ImportOrder
from callcenter.files.types import TextChoice


def params_of(delivery_id: int, order: ImportOrder) -> dict[str, Any]:
    """Returns the parameters of the job that imports a delivery."""
    text = order.reading.text
    return {
        "delivery_id": delivery_id,
        "may_end": order.may_end,
        "encoding": text.encoding,
        "delimiter": text.delimiter,
        "sheet": order.reading.sheet,
    }


def reading_of(params: Mapping[str, Any]) -> FileReading:
    """Returns how the file of a job is read."""
    return FileReading(TextChoice.of(params.get("encoding"), params.get("delimiter")), params.get("sheet"))
