"""The reading stage: the bytes of an extract to the columns of its contract."""

from warehouse.reading.extract import Extract
from warehouse.reading.opening import open_extract

__all__ = ["Extract", "open_extract"]
