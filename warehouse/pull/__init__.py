"""Files fetched from where providers leave them, and received once each."""

from warehouse.pull.pulling import pull
from warehouse.pull.stopping import Stop, stopping
from warehouse.pull.summary import Summary, render

__all__ = ["Stop", "Summary", "pull", "render", "stopping"]
