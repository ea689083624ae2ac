"""The application over two small releases in memory."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api import service
from api.app import create_app

from .fake import HEAD, FakeReleased


@pytest.fixture(scope="session", autouse=True)
def _as_migrated() -> Iterator[None]:
    """The versions that the examples tell, whatever those of the code are today."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_head_revision", lambda: HEAD)
        patch.setattr(service, "version", lambda _package: "0.1.0")
        yield


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """One application for all tests that only read."""
    with TestClient(create_app(FakeReleased())) as session:
        yield session


@pytest.fixture
def released() -> FakeReleased:
    return FakeReleased()


@pytest.fixture
def fresh_client(released: FakeReleased) -> Iterator[TestClient]:
    """An application of its own, over `released`, with nothing kept yet."""
    with TestClient(create_app(released), raise_server_exceptions=False) as session:
        yield session
