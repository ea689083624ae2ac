"""Disclosure control: rows in, rows out; which figures may be published, and which are withheld.

An unprotected observation becomes a protected one only here. `rules` reads what the authority
decided, `primary` marks what must be withheld for what it is itself, `ties` what another dataflow
would tell of it, `system` lays all tables of a dataflow out as equations and `joint` those of
several that share cells, `secondary` marks what else must be withheld, `audit` tries to find it all
the same.
"""

from warehouse.disclosure.joint import shared
from warehouse.disclosure.protection import Protected, protect, protect_together
from warehouse.disclosure.rules import Rules, rules

__all__ = ["Protected", "Rules", "protect", "protect_together", "rules", "shared"]
