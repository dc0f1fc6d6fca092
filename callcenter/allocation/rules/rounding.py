"""Rounds a table of proportional parts so that every entry and every sum is its exact value rounded up or down.

Rows are groups of agents with a weight, columns the cells of classes. The exact entry is ``cell · weight / total``.
Entries, the sums of a row over the cells of a class, of a row, and of a column are to come out rounded up or down;
the last two are whole numbers already. Such a table always exists: seen as a flow from groups through classes to cells
it is whole at every node, so whatever is broken runs in circles, and along a circle one may be pushed until an entry
becomes whole, again and again. All arithmetic is in whole numbers, in units of one ``total``-th.

Source: Cox, "A constructive procedure for unbiased controlled rounding" (1987), for the idea of circles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Table:
    of_class: npt.NDArray[np.int64]
    """Group × class."""
    of_cell: tuple[npt.NDArray[np.int64], ...]
    """For each class: cell × group."""


class _Flow:
    """Knows the broken arcs of the network, and the walk that makes them whole."""

    def __init__(self, unit: int) -> None:
        self._unit = unit
        self._ends: list[tuple[int, int]] = []
        self._parts: list[int] = []
        """What each arc carries above its rounded down value; whole when it is nothing or a unit."""
        self._arcs_at: dict[int, list[int]] = {}

    def add(self, tail: int, head: int, part: int) -> int:
        arc = len(self._ends)
        self._ends.append((tail, head))
        self._parts.append(part)
        for node in (tail, head):
            self._arcs_at.setdefault(node, []).append(arc)
        return arc

    def rounded_up(self, arc: int) -> int:
        return self._parts[arc] // self._unit

    def settle(self) -> None:
        """Walks until no arc is broken. At a node no arc is broken, or two at least: so every walk closes a circle."""
        for start in self._arcs_at:
            nodes, arcs, place = [start], list[int](), {start: 0}
            while (arc := self._broken_arc(nodes[-1], arcs[-1] if arcs else None)) is not None:
                tail, head = self._ends[arc]
                node = head if nodes[-1] == tail else tail
                arcs.append(arc)
                if (begin := place.get(node)) is None:
                    place[node] = len(nodes)
                    nodes.append(node)
                    continue
                self._push(nodes[begin:], arcs[begin:])
                for left in nodes[begin + 1 :]:
                    del place[left]
                del nodes[begin + 1 :], arcs[begin:]

    def _broken_arc(self, node: int, came_by: int | None) -> int | None:
        at = self._arcs_at[node]
        spare: int | None = None
        broken_arc: int | None = None
        while at:
            arc = at[-1]
            if self._parts[arc] in (0, self._unit):
                at.pop()
            elif arc == came_by and spare is None:
                spare = at.pop()
            else:
                broken_arc = arc
                break
        if spare is not None:
            at.append(spare)
        return broken_arc

    def _push(self, nodes: Sequence[int], arcs: Sequence[int]) -> None:
        """Pushes along the circle, as far as the first arc that becomes whole."""
        forward = [self._ends[arc][0] == node for node, arc in zip(nodes, arcs, strict=True)]
        step = min(
            self._unit - self._parts[arc] if with_it else self._parts[arc]
            for arc, with_it in zip(arcs, forward, strict=True)
        )
        for arc, with_it in zip(arcs, forward, strict=True):
            self._parts[arc] += step if with_it else -step


def round_table(weights: Sequence[int], classes: Sequence[Sequence[int]]) -> Table:
    """Rounds a table. ``weights`` add up to the sum of all cells; ``classes`` give the number of leads in each cell."""
    total = sum(weights)
    assert total == sum(sum(cells) for cells in classes), "every lead is allocated, every share is filled"
    groups, kinds = len(weights), len(classes)
    flow = _Flow(total)
    of_class = np.zeros((groups, kinds), dtype=np.int64)
    of_cell = tuple(np.zeros((len(cells), groups), dtype=np.int64) for cells in classes)
    open_class: list[tuple[int, int, int]] = []
    open_cell: list[tuple[int, int, int, int]] = []
    next_cell = groups + groups * kinds
    for kind, cells in enumerate(classes):
        for group, weight in enumerate(weights):
            of_class[group, kind], part = divmod(sum(cells) * weight, total)
            if part:
                open_class.append((flow.add(group, groups + group * kinds + kind, part), group, kind))
        for cell, count in enumerate(cells):
            for group, weight in enumerate(weights):
                of_cell[kind][cell, group], part = divmod(count * weight, total)
                if part:
                    arc = flow.add(groups + group * kinds + kind, next_cell, part)
                    open_cell.append((arc, kind, cell, group))
            next_cell += 1
    flow.settle()
    for arc, group, kind in open_class:
        of_class[group, kind] += flow.rounded_up(arc)
    for arc, kind, cell, group in open_cell:
        of_cell[kind][cell, group] += flow.rounded_up(arc)
    return Table(of_class, of_cell)
