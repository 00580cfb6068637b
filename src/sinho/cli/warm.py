"""Command warm: compile the searches ahead of their first use."""

from __future__ import annotations

import time

from sinho.cli.base import examples
from sinho.cli.options import AsJson
from sinho.cli.progress import wait
from sinho.cli.show import print_json


@examples("sinho warm")
def warm(json: AsJson = False) -> None:
    """Compile the searches for this machine ahead of their first use, which they else do then.

    What is compiled is kept in the package's folder, in the user's cache folder where that cannot
    be written to, or in that named by NUMBA_CACHE_DIR.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    began = time.perf_counter()

    def work() -> None:
        # sequencing and repairs in one process, slotting, loading and the yard in another beside it
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            for job in [pool.submit(_sequencing), pool.submit(_others)]:
                job.result()

    wait(lambda *_: work(), "compiling", all_or_nothing=True)
    seconds = time.perf_counter() - began
    if json:
        print_json({"seconds": round(seconds, 3)})
    else:
        print(f"The searches are compiled for this machine ({seconds:.1f} s).")


def _sequencing() -> None:
    from sinho.sequence import warm_up

    warm_up()


def _others() -> None:
    from sinho.ship.yard import warm_up as yard
    from sinho.simulate import shuttle
    from sinho.simulate import warm_up as simulation
    from sinho.slot import warm_up as slotting
    from sinho.stow import warm_up as loading

    slotting()
    loading()
    simulation()
    yard()
    shuttle.warm_up()
