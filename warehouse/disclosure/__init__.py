"""Disclosure control: rows in, rows out; which figures may be published, and which are withheld.

An unprotected observation becomes a protected one only here. `rules` reads what the authority
decided, `primary` marks what must be withheld for what it is itself, `system` lays all tables of
a dataflow out as equations, `secondary` marks what else must be withheld, `audit` tries to find
it all the same.
"""

from warehouse.disclosure.protection import Protected, protect
from warehouse.disclosure.rules import Rules, rules

__all__ = ["Protected", "Rules", "protect", "rules"]
