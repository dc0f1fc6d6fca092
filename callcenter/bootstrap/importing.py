"""An import from the command line: the panel's upload, errand and performer, with a bar on the screen."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from callcenter.bootstrap.house import House
from callcenter.bootstrap.processes import perform_errand
from callcenter.kit.errands import OPEN, ErrandCard, ErrandState
from callcenter.leads.intake.types import ImportWish

_LOOK_EVERY = 0.2


async def import_by_hand(
    house: House, file: Path, wish: ImportWish, *, source: str, dry_run: bool, screen: Console | None
) -> ErrandCard:
    """Uploads, orders and performs; gives the errand at its end. What was not imported is discarded again."""
    with file.open("rb") as stream:
        async with house.works.begin() as work:
            upload = await house.intake.upload(work, file_name=file.name, file=stream, source=source)
    done: ErrandCard | None = None
    try:
        async with house.works.begin() as work:
            order = house.intake.order_dry_run if dry_run else house.intake.order_import
            errand = await order(work, upload.id, wish)
        done = await _follow(house, errand.id, screen)
        return done
    finally:
        if dry_run or done is None or done.state is not ErrandState.DONE:
            async with house.works.begin() as work:
                await house.intake.discard(work, upload.id)


async def _follow(house: House, errand_id: int, screen: Console | None) -> ErrandCard:
    """Performs it here, or looks on while a server that was quicker does."""
    performing = asyncio.create_task(perform_errand(house, errand_id))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = screen is not None and screen.is_terminal
    try:
        with Progress(*columns, console=screen, transient=True, disable=not shown) as bar:
            task = bar.add_task("rows", total=None)
            while (errand := await _card(house, errand_id)).state in OPEN:
                bar.update(task, completed=errand.done, total=errand.total)
                await asyncio.wait([performing], timeout=_LOOK_EVERY)
                if performing.done():
                    performing.result()
                    await asyncio.sleep(_LOOK_EVERY)
                    performing = asyncio.create_task(perform_errand(house, errand_id))
            return errand
    except asyncio.CancelledError:  # Ctrl-C
        async with house.works.begin() as work:
            if (await house.errands.card(work, errand_id)).state in OPEN:
                await house.errands.cancel(work, errand_id)
        raise
    finally:
        await asyncio.gather(performing, return_exceptions=True)


async def _card(house: House, errand_id: int) -> ErrandCard:
    async with house.works.begin() as work:
        return await house.errands.card(work, errand_id)
