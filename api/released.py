"""What the API reads: the published releases, and nothing else of the warehouse."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from warehouse import extent, migrate, observation, observation_file
from warehouse.database import engine
from warehouse.errors import DatabaseUnavailable
from warehouse.extent import Extent
from warehouse.observation import Page, PublishedDataflow, Selection
from warehouse.releasing import changes, published, revisions
from warehouse.releasing.changes import ChangePage
from warehouse.releasing.published import Look, Release
from warehouse.releasing.revisions import Triangle

if TYPE_CHECKING:
    import psycopg
    import sqlalchemy


class NotMigrated(DatabaseUnavailable):
    """The database stands at another migration than this code expects."""

    key = "database_not_migrated"


class Released(Protocol):
    """The reading side of schema release; raises DatabaseUnavailable throughout."""

    def look(self) -> Look:
        """Every release that can be read now, the newest first."""
        ...

    def manifest(self, number: int) -> Mapping[str, Any]:
        """What release `number` was made from; raises UnknownRelease."""
        ...

    def dataflows(self, number: int) -> Sequence[PublishedDataflow]:
        """Every dataflow of release `number`, by id."""
        ...

    def dataflow(self, dataflow: str, number: int) -> PublishedDataflow:
        """One dataflow of release `number`; raises UnknownDataflow."""
        ...

    def extents(self, number: int) -> Mapping[str, Mapping[str, Extent]]:
        """The extent of each dataflow in release `number`, by dataflow and frequency."""
        ...

    def page(
        self, published: PublishedDataflow, selection: Selection, cursor: str | None, limit: int
    ) -> Page:
        """At most `limit` observations after `cursor`; raises InvalidFilter."""
        ...

    def csv(self, published: PublishedDataflow, selection: Selection) -> bytes:
        """Every observation selected, as CSV; raises InvalidFilter."""
        ...

    def changes(
        self, number: int, dataflow: str | None, cursor: str | None, limit: int
    ) -> ChangePage:
        """At most `limit` changed cells of a release after `cursor`; raises InvalidFilter."""
        ...

    def triangle(
        self,
        published: PublishedDataflow,
        releases: Sequence[Release],
        selection: Selection,
        cursor: str | None,
        limit: int,
    ) -> Triangle:
        """At most `limit` cells with their vintages after `cursor`; raises InvalidFilter."""
        ...

    def revision(self) -> str | None:
        """The migration that the database stands at."""
        ...


class Warehouse:
    """The releases in PostgreSQL, read as simimo_api through a pool of connections."""

    @cached_property
    def _engine(self) -> "sqlalchemy.Engine":
        return engine("simimo_api")

    @contextmanager
    def _session(self) -> Iterator["psycopg.Connection[Any]"]:
        import psycopg
        import sqlalchemy.exc

        try:
            pooled = self._engine.raw_connection()
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise _unavailable(error) from error
        session = pooled.driver_connection
        assert isinstance(session, psycopg.Connection)
        try:
            yield session
        except psycopg.OperationalError as error:
            raise _unavailable(error) from error
        except psycopg.errors.UndefinedTable as error:
            raise NotMigrated(found="0", expected=migrate.head_revision()) from error
        finally:
            pooled.close()

    def look(self) -> Look:
        """Every release that can be read now, the newest first."""
        with self._session() as session:
            found = published.look(session)
            # That an instant has come is noted for ever.
            session.commit()
            return found

    def manifest(self, number: int) -> Mapping[str, Any]:
        """What release `number` was made from; raises UnknownRelease."""
        with self._session() as session:
            return published.release_manifest(session, number)

    def dataflows(self, number: int) -> Sequence[PublishedDataflow]:
        """Every dataflow of release `number`, by id."""
        with self._session() as session:
            return observation.published_dataflows(session, number)

    def dataflow(self, dataflow: str, number: int) -> PublishedDataflow:
        """One dataflow of release `number`; raises UnknownDataflow."""
        with self._session() as session:
            return observation.published_dataflow(session, dataflow, number)

    def extents(self, number: int) -> Mapping[str, Mapping[str, Extent]]:
        """The extent of each dataflow in release `number`, by dataflow and frequency."""
        with self._session() as session:
            return extent.extents(session, number)

    def page(
        self, published: PublishedDataflow, selection: Selection, cursor: str | None, limit: int
    ) -> Page:
        """At most `limit` observations after `cursor`; raises InvalidFilter."""
        with self._session() as session:
            return observation.observations(session, published, selection, cursor, limit)

    def csv(self, published: PublishedDataflow, selection: Selection) -> bytes:
        """Every observation selected, as CSV; raises InvalidFilter."""
        with self._session() as session:
            return b"".join(observation_file.csv_chunks(session, published, selection))

    def changes(
        self, number: int, dataflow: str | None, cursor: str | None, limit: int
    ) -> ChangePage:
        """At most `limit` changed cells of a release after `cursor`; raises InvalidFilter."""
        with self._session() as session:
            return changes.changes(session, number, dataflow, cursor, limit)

    def triangle(
        self,
        published: PublishedDataflow,
        releases: Sequence[Release],
        selection: Selection,
        cursor: str | None,
        limit: int,
    ) -> Triangle:
        """At most `limit` cells with their vintages after `cursor`; raises InvalidFilter."""
        with self._session() as session:
            return revisions.triangle(session, published, releases, selection, cursor, limit)

    def revision(self) -> str | None:
        """The migration that the database stands at."""
        import sqlalchemy.exc

        try:
            with self._engine.connect() as connection:
                return migrate.current_revision(connection)
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise _unavailable(error) from error


def _unavailable(error: Exception) -> DatabaseUnavailable:
    return DatabaseUnavailable(detail=type(error).__name__, where="simimo_api")
