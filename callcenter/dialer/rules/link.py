"""The engine's link to its switch: whether it is up, and whether the switch's state has still to be read.

While the link is down, calls begin, are answered and end without a signal. So the state is read after each log-in and
compared with the open calls (a reconciliation, requirement C10). One that fails is not forgotten: it stays owed until
one has succeeded, whatever happens to the link in between. Pure: no clock, no I/O.
"""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LinkState:
    """What the engine knows of its link; every change gives a new one.

    ============  ============================  ==========================
    what happens  a reconciliation is not owed  it is owed already
    ============  ============================  ==========================
    link_up       owed, heard until: unknown    heard until: as before
    link_down     owed, heard until: the loss   heard until: as before
    reconciled    –                             not owed any more
    ============  ============================  ==========================
    """

    up_since: datetime | None = None
    """When the link last came up; None while it is down. Calls dialled later have been heard without a gap."""
    owed: bool = True
    """The switch's state has not been read, or not been taken over, since the last gap. An engine begins with a gap."""
    heard_until: datetime | None = None
    """Up to this instant the end of a call would have been heard: the first loss since the last reconciliation.

    Never a later one: a call may have ended in the first gap. None: unknown, because another engine listened before.
    """

    @property
    def up(self) -> bool:
        return self.up_since is not None

    @property
    def due(self) -> bool:
        """Returns whether a reconciliation is owed and can be tried now."""
        return self.up and self.owed

    @property
    def ready(self) -> bool:
        """Returns whether the link is up and the database has been compared with the switch since."""
        return self.up and not self.owed

    def link_up(self, at: datetime) -> "LinkState":
        """Takes a log-in. Signals were missed before it; without a reported loss it is unknown since when."""
        return replace(self, up_since=at, owed=True, heard_until=self.heard_until if self.owed else None)

    def link_down(self, at: datetime | None) -> "LinkState":
        """Takes the loss of the link at an instant; None when that is not known."""
        return replace(self, up_since=None, owed=True, heard_until=self.heard_until if self.owed else at)

    def reconciled(self) -> "LinkState":
        """Takes that the switch's state has been read and taken over."""
        return replace(self, owed=False, heard_until=None)
