"""How far people reach at a source: aggregates of an interaction graph that stays in here.

``Contacts`` is fed with threads, ``Contacts.network`` makes a ``Network`` of what counts at a moment, and
that answers with a ``NetworkReach`` for an account. Who knows whom goes in and never comes out: no other
package may import the modules of this one, and a network can be neither printed nor written down. A network
larger than a memory is joined out of ``parts``, which is for the engine for Spark alone.
"""

from __future__ import annotations

from kulanz.core.network.contacts import Contacts
from kulanz.core.network.found import EXACT_UP_TO, HOPS, Network, NetworkReach

__all__ = ["EXACT_UP_TO", "HOPS", "Contacts", "Network", "NetworkReach"]
