from typing import NamedTuple


class Outcome(NamedTuple):
    """What became of an attempt to send a message.

    ``state`` is what the message becomes; "queued" tries again later. ``reference`` is the provider's own number.
    """

    state: str
    reason: str | None = None
    reference: str | None = None
