"""What a reader asks of an opened file or archive member."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class ByteStream(Protocol):
    """Bytes that can be read on, piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; b"" at the end."""
        ...


OpenStream = Callable[[], AbstractContextManager[ByteStream]]
"""Opens a text from its start."""
