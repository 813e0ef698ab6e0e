"""A Dask cluster: parts go out to its workers as they come free, and come back in any order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from neurosteroid.errors import InputError, SolverError
from neurosteroid.studies.pacing import Pacing
from neurosteroid.studies.parts import Part
from neurosteroid.studies.scheduler import PATIENCE, knock
from neurosteroid.studies.task import Task

if TYPE_CHECKING:
    from distributed import Client

LOCAL: Final = "local:"
RETRIES: Final = 3
AHEAD: Final = 2
_HOW_MANY: Final = "give local:N with 1 to 256 processes, such as local:2."
_KEPT: Final = "What is finished is kept in the run folder; run the same command again."


def follow_on_cluster(task: Task, finished: Collection[int], address: str) -> Iterator[Part]:
    """Yield the parts that are missing as they are done; the scheduler gives those of a lost worker to another one.

    Args:
        task: what to do.
        finished: numbers of batches that are there already.
        address: of a scheduler, such as ``tcp://host:8786``; or ``local:N`` for N new processes on this machine.

    Raises:
        InputError: Dask is not installed, the address cannot be reached, or workers have other cards or versions.
        SolverError: a part was lost with its worker again and again.
    """
    wanted = task.fingerprint()
    with _client(address) as client:
        from distributed import as_completed

        pacing = Pacing(task.batches, finished, 1)
        running = as_completed(loop=client.loop)

        def hand_out() -> None:
            # asked each time: workers come and go while a study runs, and a cluster may begin without any
            pacing.workers = max(sum(client.ncores().values()), 1)
            while running.count() < AHEAD * pacing.workers and (span := pacing.next()):
                running.add(client.submit(checked, task, wanted, *span, pure=False, retries=RETRIES))

        with _losses_in_words(address):
            hand_out()
        for future in running:
            with _losses_in_words(address):
                part, seconds = future.result()
                future.release()
                pacing.measured(part.batches, seconds)
                hand_out()
            yield part


@contextmanager
def _losses_in_words(address: str) -> Iterator[None]:
    from distributed.scheduler import KilledWorker

    try:
        yield
    except OSError as error:
        raise SolverError(f"the connection to the cluster was lost ({error}). {_KEPT}", where=address) from error
    except KilledWorker as error:
        raise SolverError(
            f"a part of the study was lost with its worker several times, perhaps for want of memory. {_KEPT}",
            where=address,
        ) from error


def checked(task: Task, wanted: str, first: int, batches: int) -> tuple[Part, float]:
    """Follow a part on a worker, if the worker's cards and version give the same study; return it with its seconds.

    It takes one processor: a worker of n threads has n parts in hand at once.

    Raises:
        InputError: the worker has other cards or another version.
    """
    from neurosteroid.studies.workers import timed

    if task.fingerprint() != wanted:
        raise InputError(
            "a worker of the cluster has other cards or another version of neurosteroid, and would give other numbers. "
            "Install the same version and cards on all machines.",
            where="cluster",
        )
    return timed(task, first, batches, 1)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError(
            "a cluster needs Dask. Install it with: pip install 'neurosteroid[cluster]'.", where="cluster"
        ) from error
    if not address.startswith(LOCAL):
        if address == LOCAL.rstrip(":"):
            raise InputError(_HOW_MANY, where=address)
        knock(address)
        try:
            client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise InputError(
                f"no Dask scheduler can be reached here ({error}). Give an address such as tcp://HOST:8786, or "
                "local:2 for two processes on this machine.",
                where=address,
            ) from error
        with client:
            yield client
        return
    number = address.removeprefix(LOCAL)
    if not number.isdecimal() or not 1 <= int(number) <= 256:
        raise InputError(_HOW_MANY, where=address)
    options: dict[str, Any] = {"threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with (
        LocalCluster(n_workers=int(number), **options) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client
