"""Distributes leads so that every class, and every district of a class, is spread in proportion, rounded up or down.

In two steps. Agents who get equally many form a group. A table of groups against cells is rounded exactly
(``rounding``); so a group's leads of a cell lie between the group's size times the part of one agent rounded down and
rounded up, and distributing them evenly inside the group gives each agent that part rounded down or up. Inside the
group the even parts are given to all; the odd leads, cell by cell, to those who have had the fewest odd ones so far,
which always succeeds because claims stay within one of each other.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
import numpy.typing as npt

from callcenter.allocation.rules.draw import Draws, draws, mixed
from callcenter.allocation.rules.rounding import round_table

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """The leads of one district of one class."""

    class_key: Hashable
    """Cells of one class follow each other."""
    customer_class: str
    district: str
    leads: list[int]
    """Places in the stock, the oldest data first."""


class Holder(Protocol):
    @property
    def agent_id(self) -> int: ...

    @property
    def held(self) -> Mapping[str, int]: ...


def distribute(cells: Sequence[Cell], agents: Sequence[Holder], shares: Sequence[int], seed: int) -> Ints:
    """Returns for each lead the place of its agent in ``agents``. ``shares`` add up to the number of leads."""
    owners = np.zeros(sum(len(cell.leads) for cell in cells), dtype=np.int64)
    if not len(owners):
        return owners
    share_of = np.array(shares, dtype=np.int64)
    drawn = draws(seed, "turn", [agent.agent_id for agent in agents])
    groups = [np.flatnonzero(share_of == share) for share in np.unique(share_of[share_of > 0])]
    classes = [list(cells_of_class) for _, cells_of_class in groupby(cells, key=lambda cell: cell.class_key)]
    table = round_table(
        [int(len(group) * share_of[group[0]]) for group in groups],
        [[len(cell.leads) for cell in cells_of_class] for cells_of_class in classes],
    )
    distributor = _Distributor(cells, agents, groups, drawn)
    for number, cells_of_class in enumerate(classes):
        distributor.open_class(cells_of_class[0].customer_class, table.of_class[:, number].tolist())
        for within, cell in enumerate(cells_of_class):
            counts = distributor.share_cell(cell, table.of_cell[number][within].tolist())
            owners[cell.leads] = _round_by_round(counts, mixed(drawn + np.uint64(within)))
    return owners


class _Distributor:
    """Knows who has which claim, while cell after cell is shared. Vectors are over all agents, in the order given."""

    def __init__(
        self,
        cells: Sequence[Cell],
        agents: Sequence[Holder],
        groups: Sequence[Ints],
        drawn: Draws,
    ) -> None:
        self._agents = agents
        self._groups = groups
        self._drawn = drawn
        self._of_district = {cell.district: np.zeros(len(agents), dtype=np.int32) for cell in cells}
        self._odd_before = np.zeros(len(agents), dtype=np.int64)
        """Odd leads of classes had so far; who has fewest claims most."""
        self._claims = np.zeros(len(agents), dtype=np.int64)
        """Odd leads of districts still to come within this class, less what is the same for the whole group."""

    def open_class(self, customer_class: str, group_counts: Sequence[int]) -> None:
        """Fixes how many leads of the class each agent gets."""
        carried = np.array([agent.held.get(customer_class, 0) for agent in self._agents], dtype=np.int64)
        self._claims[:] = 0
        for group, count in zip(self._groups, group_counts, strict=True):
            if odd := count % len(group):
                order = np.lexsort((self._drawn[group], carried[group], self._odd_before[group]))
                chosen = group[order[:odd]]
                self._odd_before[chosen] += 1
                self._claims[chosen] += 1

    def share_cell(self, cell: Cell, group_counts: Sequence[int]) -> Ints:
        """Returns how many leads of the cell each agent gets."""
        counts = np.zeros(len(self._agents), dtype=np.int64)
        of_district = self._of_district[cell.district]
        for group, count in zip(self._groups, group_counts, strict=True):
            even, odd = divmod(count, len(group))
            counts[group] = even
            if odd:
                order = np.lexsort((self._drawn[group], of_district[group], -self._claims[group]))
                chosen = group[order[:odd]]
                counts[chosen] += 1
                self._claims[chosen] -= 1
        of_district += counts.astype(np.int32)
        return counts


def _round_by_round(counts: Ints, drawn: Draws) -> Ints:
    """Owners in the order in which the oldest leads go out: all parts advance evenly."""
    agents = np.flatnonzero(counts)
    had = counts[agents]
    owners = np.repeat(agents, had)
    turn = np.arange(len(owners)) - np.repeat(np.cumsum(had) - had, had)
    order = np.lexsort((drawn[owners], (2 * turn + 1) / (2 * counts[owners])))
    return owners[order]
