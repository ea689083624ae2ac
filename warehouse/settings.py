"""Where this installation keeps its things: one value, from SIMIMO_ variables or defaults."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from warehouse.errors import InvalidSetting

PROJECT_DIR = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Paths and addresses, each read from the environment variable SIMIMO_<NAME>.

    `home` holds the embedded database, the vault, the keys and the specimen; `database_url`
    replaces the embedded database by a server; `real_data` is the folder of the real open data.
    """

    model_config = SettingsConfigDict(env_prefix="SIMIMO_", env_file=None)

    home: Path = PROJECT_DIR / ".simimo"
    project_dir: Path = PROJECT_DIR
    database_url: str | None = None
    database_name: str = "simimo"
    real_data: Path | None = None
    custodian_recipient: str | None = None
    places: Path | None = None
    lang: Literal["fr", "ar", "en"] = "fr"

    @property
    def contracts_dir(self) -> Path:
        """The folder of the contracts."""
        return self.project_dir / "warehouse" / "contracts"

    @property
    def dbt_dir(self) -> Path:
        """The dbt project."""
        return self.project_dir / "dbt_project"

    @property
    def vault_dir(self) -> Path:
        """Encrypted originals."""
        return self.home / "vault"

    @property
    def keys_dir(self) -> Path:
        """Pseudonym keys and the custodian's public key; never in the database."""
        return self.home / "keys"

    @property
    def places_file(self) -> Path:
        """Where providers leave their files; absent where nothing is fetched."""
        return self.places or self.home / "places.yml"

    @property
    def pull_dir(self) -> Path:
        """Where fetched files stand while they are received, a folder for each place."""
        return self.home / "pull"

    @property
    def specimen_dir(self) -> Path:
        """Where `simimo demo` writes the specimen extracts."""
        return self.home / "specimen"


@cache
def settings() -> Settings:
    """The settings of this process; raises InvalidSetting."""
    try:
        return Settings()
    except ValidationError as error:
        # The value is not told: an address may hold a password.
        name = str(error.errors()[0]["loc"][0])
        expected = "fr, ar, en" if name == "lang" else str(error.errors()[0]["type"])
        raise InvalidSetting(name=f"SIMIMO_{name.upper()}", expected=expected) from None
