"""Moves a row from state to state by a table: the only way a state column changes after the row was made.

Each room's ``transitions.py`` holds one ``Machine`` per state column and names them all in ``MACHINES``:

    class Fact(StrEnum): ...

    CALL = Machine(
        title="A call",
        model="Call",
        initials=(CallState.PLANNED,),
        ends=(CallState.ENDED,),
        table={(CallState.PLANNED, Fact.COMMANDED): CallState.DIALLING, ...},
    )
    MACHINES = (CALL,)

A service moves a row it has locked with ``CALL.move(call, Fact.RANG)``. A repository claims rows with a conditional
UPDATE that asks the same table: ``.where(col(Call.state).in_(CALL.sources(fact))).values(state=CALL.target(fact))``.
``tests/architecture/test_transitions.py`` finds every machine and checks that the code keeps to this;
``scripts/diagrams`` draws them into ``docs/states.md``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar

S = TypeVar("S", bound=StrEnum)
F = TypeVar("F", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Machine(Generic[S, F]):
    """One state column: the states in which a row begins and ends, and which fact leads from which state to which.

    A fact (or a person's request) that the table does not name for a state changes nothing there. The room decides
    whether it ignores that (facts of the switch, law 7) or refuses it (requests).
    """

    title: str
    """Heading in ``docs/states.md``: "A call"."""
    about: str = ""
    """A sentence or two below the heading, for readers of the diagram."""
    model: str
    """Class name of the table. Several machines may share a column when the kind of a row decides which one applies."""
    held_as: str = ""
    """Class name of the plain objects that hold a row while it is changed (``kit.held``), if there is one."""
    column: str = "state"
    initials: tuple[S, ...]
    """The states a row may be made in."""
    ends: tuple[S, ...]
    """The states in which a row is finished. Usually no fact leads out of them."""
    table: Mapping[tuple[S, F], S]

    @property
    def initial(self) -> S:
        """Returns the state in which rows are made. Raises ValueError where there are several."""
        (state,) = self.initials
        return state

    @property
    def states(self) -> tuple[S, ...]:
        """Returns every state of the enum, in its order."""
        return tuple(type(self.ends[0]))

    def advance(self, state: S, fact: F) -> S | None:
        """Returns the state to which a fact leads, or None when it changes nothing."""
        return self.table.get((state, fact))

    def move(self, row: object, fact: F) -> S | None:
        """Moves a row that the caller has locked. Returns its new state, or None where the fact changes nothing."""
        kind = type(row).__name__
        assert kind in (self.model, self.held_as), f"{self.title} moves {self.model}, not {kind}"
        state = self.advance(getattr(row, self.column), fact)
        if state is not None:
            setattr(row, self.column, state)
        return state

    def permitted(self, state: S) -> tuple[F, ...]:
        """Returns the facts that lead somewhere from a state, in the order of the table."""
        return tuple(fact for source, fact in self.table if source == state)

    def sources(self, fact: F) -> tuple[S, ...]:
        """Returns the states a fact leads out of, if any: for the WHERE of a conditional UPDATE."""
        return tuple(source for source, named in self.table if named == fact)

    def target(self, fact: F) -> S:
        """Returns the one state a fact leads to: for the SET of a conditional UPDATE. Raises ValueError for several."""
        targets = {target for (_, named), target in self.table.items() if named == fact}
        if len(targets) != 1:
            raise ValueError(f"{self.title}: {fact} leads to {sorted(targets) or 'nothing'}; move the row itself")
        return targets.pop()

    def reachable(self, state: S) -> frozenset[S]:
        """Returns the states that can follow sooner or later, the state itself included."""
        seen, frontier = {state}, {state}
        while frontier:
            frontier = {target for (source, _), target in self.table.items() if source in frontier} - seen
            seen |= frontier
        return frozenset(seen)


def find_machines(package: str) -> Iterator[tuple[str, Machine[Any, Any]]]:
    """Yields every machine of a package with the name of its module, from ``<room>/[<part>/][<x>_]transitions.py``."""
    root = Path(next(iter(import_module(package).__path__)))
    files = {path for pattern in ("*/*transitions.py", "*/*/*transitions.py") for path in root.glob(pattern)}
    for path in sorted(files - {Path(__file__)}):
        module = ".".join([package, *path.relative_to(root).with_suffix("").parts])
        for machine in import_module(module).MACHINES:
            yield module, machine
