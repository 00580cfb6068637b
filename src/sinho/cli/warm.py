"""The command that compiles the searches ahead of their first use."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from sinho.cli.base import print_json
from sinho.cli.progress import wait


def warm(*, as_json: bool) -> None:
    """Compile sequencing and repairs in one process, slotting in another beside it."""
    began = time.perf_counter()

    def work() -> None:
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            for job in [pool.submit(_sequencing), pool.submit(_slotting)]:
                job.result()

    wait(lambda *_: work(), "compiling", all_or_nothing=True)
    seconds = time.perf_counter() - began
    if as_json:
        print_json({"seconds": round(seconds, 3)})
    else:
        print(f"The searches are compiled for this machine ({seconds:.1f} s).")


def _sequencing() -> None:
    from sinho.sequence.resequence import warm_up as repairs
    from sinho.sequence.search import warm_up as searches

    searches()
    repairs()


def _slotting() -> None:
    from sinho.slot import warm_up

    warm_up()
