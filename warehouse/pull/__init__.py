"""Files fetched from where providers leave them, and received once each."""

from warehouse.pull.pulling import pull
from warehouse.pull.summary import Summary, render

__all__ = ["Summary", "pull", "render"]
