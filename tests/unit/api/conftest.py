"""The application over two small releases in memory."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api import service
from api.app import create_app

from .fake import HEAD, FakeReleased


@pytest.fixture
def released() -> FakeReleased:
    return FakeReleased()


@pytest.fixture
def client(released: FakeReleased, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(service, "_head_revision", lambda: HEAD)
    monkeypatch.setattr(service, "version", lambda _package: "0.1.0")
    with TestClient(create_app(released), raise_server_exceptions=False) as session:
        yield session
