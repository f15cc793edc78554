"""`forget`: from the request to the signed receipt, in steps that may be killed and done again.

1. Recorded and hidden, in one transaction: tombstones and keyed digests. From here no read shows the posts, and
   nothing of them is let in again.
2. Taken out of every file: posts, corpus, training caches, words, vectors, provenance, answers, state.
3. The ids themselves go: the keyed digests stand for them. Ledger and backups are told.
4. Every file of the workspace is searched for bytes; the receipt says what was found and what remains.

A request lies sealed in the table `erasures` until it is done, so whoever is killed, and whoever waits for a running
build, goes on from the last finished step. One whose bytes are still found stays open, and all steps are done again.
"""

from __future__ import annotations

import dataclasses
import secrets
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.erasure.backups import ErasureConfig, copy_to_backups, write_ledger
from linnet.erasure.check import Checked, check_workspace
from linnet.erasure.corpus_files import erase_from_corpus
from linnet.erasure.index_files import erase_vectors, erase_words
from linnet.erasure.keys import seal, unseal
from linnet.erasure.model_debt import drop_caches, find_debt, learnt_digests
from linnet.erasure.receipts import write_receipt
from linnet.erasure.request import Reach, reach_of
from linnet.erasure.state_rows import compact, erase_rows_of_state, erase_tombstones
from linnet.errors import WorkspaceBusy, WrongUse
from linnet.posts.physical import erase_rows
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.provenance.index import open_provenance
from linnet.records import has_lone_surrogate
from linnet.state import chunks, tombstones
from linnet.state import erasures as table
from linnet.swap import recover
from linnet.workspace import Workspace

REASON = "erased"
LOCK_WAIT_SECONDS = 60.0
TRIES = 2  # of all steps, when the check still finds bytes


@dataclass(frozen=True, kw_only=True)
class ForgetReport:
    receipt: str  # path
    posts: int  # that were here and went
    places: dict[str, int]
    debt: list[dict[str, Any]] = field(default_factory=list)
    found: int = 0  # places in which the check still found bytes; then the request stays open
    found_at: tuple[str, ...] = ()  # paths in the workspace
    seconds: float = 0.0  # wall time of this run's steps, without the check
    check_seconds: float = 0.0  # wall time of the search for bytes
    unknown: int = 0  # ids that were not here; they are refused from now on all the same

    @classmethod
    def nothing(cls) -> ForgetReport:
        """There was nothing to erase, and there is no receipt."""
        return cls(receipt="", posts=0, places={})


@dataclass(kw_only=True)
class Erasure:
    """One request on its way through the steps."""

    workspace: Workspace
    store: PostStore
    id: str
    requested_at: str
    reach: Reach
    what: dict[str, Any]
    debt: list[dict[str, Any]]
    steps_done: list[str]
    places: dict[str, int]
    progress: Progress = SILENT


def forget(
    workspace: Workspace,
    *,
    posts: Sequence[str] = (),
    authors: Sequence[str] = (),
    progress: Progress = SILENT,
) -> ForgetReport:
    """Erase posts by id, and authors with all their posts, now and for good.

    Raises WorkspaceBusy when a build holds the corpus: everything is hidden by then, and the rest follows with the
    next start of forget, ingest, build or serve.
    """
    posts, authors = _clean(posts), _clean(authors)
    if not posts and not authors:
        raise WrongUse("nothing to forget: name posts with --post ID or authors with --author ID")
    ErasureConfig.of(workspace)  # what is wrong there is said before anything is hidden
    store = PostStore(workspace)
    wanted = _begin(workspace, store, posts, authors, progress)
    with ExitStack() as stack:
        try:
            stack.enter_context(workspace.writing("erasure", wait_seconds=LOCK_WAIT_SECONDS))
        except WorkspaceBusy as error:
            raise WorkspaceBusy(f"hidden everywhere already, but {error}: {REST}") from error
        for earlier in _unfinished(workspace, store, progress):
            if earlier.id != wanted.id:
                with suppress(WorkspaceBusy):  # it stays open, and does not hold this one up
                    _run(earlier)
        _refresh(wanted)
        return _run(wanted)


def finish_erasures(workspace: Workspace, *, progress: Progress = SILENT) -> list[str]:
    """Finish what an interruption left. Returns what still has to wait, in words; nothing to do costs a query."""
    store = PostStore(workspace)
    if not _pending(store):
        return []
    waiting = []
    try:
        with workspace.writing("erasure"):
            for erasure in _unfinished(workspace, store, progress):
                try:
                    report = _run(erasure)
                except WorkspaceBusy as error:
                    waiting.append(str(error))
                    continue
                if report.found:
                    waiting.append(f"bytes are still in {', '.join(report.found_at)}; it is tried again")
    except WorkspaceBusy:
        return []  # another process is at it
    return waiting


def _clean(ids: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(one.strip() for one in ids))
    if "" in cleaned:
        raise WrongUse("an id to forget is empty")
    if any(map(has_lone_surrogate, cleaned)):
        raise WrongUse("an id to forget holds half of a surrogate pair, which no id in the store has")
    return cleaned


def _begin(
    workspace: Workspace, store: PostStore, posts: Sequence[str], authors: Sequence[str], progress: Progress
) -> Erasure:
    """Record the request and hide everything it reaches, in one transaction."""
    with store.state.alone():  # no post of theirs arrives between the search for them and the record
        progress.start("finding what goes")
        reach = reach_of(workspace, store, posts=posts, authors=authors)
        debt = find_debt(workspace, reach.post_ids)
        progress.finish()
        return _record(workspace, store, reach, debt, progress)


def _record(
    workspace: Workspace, store: PostStore, reach: Reach, debt: list[dict[str, Any]], progress: Progress
) -> Erasure:
    book = store.forgotten
    at = _now()
    what = {
        "posts": reach.known,
        "posts_unknown": len(reach.post_ids) - reach.known,
        "reposts": reach.reposts,
        "authors": len(reach.author_ids),
        "digests": {
            "posts": [book.digest("post", one) for one in reach.post_ids],
            "authors": [book.digest("author", one) for one in reach.author_ids],
        },
    }
    id = f"{at[:10]}-{secrets.token_hex(6)}"
    with store.state.change() as seq, store.state.engine.begin() as connection:
        for some in chunks(list(reach.post_ids)):
            connection.execute(
                insert(tombstones).on_conflict_do_nothing(),
                [{"post_id": one, "reason": REASON, "seq": seq, "purged": False} for one in some],
            )
            # One that was deleted before is a change again, for indexes that have seen that deletion.
            connection.execute(
                tombstones.update().where(tombstones.c.post_id.in_(some)).values(seq=seq, purged=False)
            )
        book.remember(connection, "post", reach.post_ids, at, seq)
        book.remember(connection, "author", reach.author_ids, at, seq)
        store.state.set_number_in(connection, "forgotten_seq", seq)
        connection.execute(
            table.insert().values(
                id=id,
                requested_at=at,
                finished_at=None,
                steps_done=[],
                sealed_request=seal(book.key, reach.to_json()),
                what=what,
                places={},
                debt=debt,
            )
        )
    return Erasure(
        workspace=workspace, store=store, id=id, requested_at=at, reach=reach, what=what, debt=debt,
        steps_done=[], places={}, progress=progress,
    )  # fmt: skip


def _pending(store: PostStore) -> list[Any]:
    query = sa.select(table).where(table.c.finished_at.is_(None)).order_by(table.c.requested_at)
    with store.state.engine.connect() as connection:
        return list(connection.execute(query).all())


def _refresh(erasure: Erasure) -> None:
    """What another process did for it while this one waited."""
    with erasure.store.state.engine.connect() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == erasure.id)).one()
    erasure.steps_done, erasure.places, erasure.debt = list(row.steps_done), dict(row.places), list(row.debt)


def _unfinished(workspace: Workspace, store: PostStore, progress: Progress) -> list[Erasure]:
    return [
        Erasure(
            workspace=workspace,
            store=store,
            id=row.id,
            requested_at=row.requested_at,
            reach=Reach.from_json(unseal(store.forgotten.key, row.sealed_request)),
            what=row.what,
            debt=row.debt,
            steps_done=list(row.steps_done),
            places=dict(row.places),
            progress=progress,
        )
        for row in _pending(store)
    ]


# --- the steps ---------------------------------------------------------------------------------------------------


def _posts(erasure: Erasure) -> dict[str, int]:
    reach = erasure.reach
    done = erase_rows(erasure.store, reach.post_ids, author_ids=reach.author_ids, progress=erasure.progress)
    return {"posts": done.rows, "references in other posts": done.references}


def _words(erasure: Erasure) -> dict[str, int]:
    done = erase_words(erasure.workspace, erasure.store, erasure.reach.post_ids, erasure.progress)
    return {"words": done.get("posts", 0)}


def _vectors(erasure: Erasure) -> dict[str, int]:
    done = erase_vectors(erasure.workspace, erasure.reach.post_ids)
    return {"vectors": done.get("posts", 0)}


def _corpus(erasure: Erasure) -> dict[str, int]:
    workspace, reach = erasure.workspace, erasure.reach
    with workspace.writing("build"):
        changed = erase_from_corpus(
            workspace.stage_path("corpus"), set(reach.post_ids), erasure.store.forgotten
        )
        in_corpus = reach.in_corpus > 0 or changed["posts"] > 0
        _finish_swaps(workspace)
        # A build that ran when the request came may have trained on them since.
        debts = {debt["model"]: debt for debt in (*erasure.debt, *find_debt(workspace, reach.post_ids))}
        erasure.debt = list(debts.values())
        caches = drop_caches(workspace, reach.post_ids, in_corpus=in_corpus)
        provenance = 0
        for name in ("provenance", "provenance.next", "provenance.old"):
            folder = workspace.stage_path(name)
            if folder.exists() and (in_corpus or name != "provenance" or _in_provenance(folder, reach)):
                provenance += sum(1 for path in folder.rglob("*") if path.is_file())
                shutil.rmtree(folder)
    return {
        "corpus": changed["posts"],
        "corpus rows": changed["rows"],
        "training caches": caches["files"],
        "provenance files": provenance,
    }


def _finish_swaps(workspace: Workspace) -> None:
    """Where a kill came between the two renames of a swap, the folders beside are all there is: not leftovers."""
    for old in sorted(workspace.root.glob("*.old")):
        out = old.with_suffix("")
        if not out.exists():
            recover(out)


def _in_provenance(folder: Path, reach: Reach) -> bool:
    index = open_provenance(folder)
    return index is None or index.count_posts(reach.post_ids) > 0


def _state(erasure: Erasure) -> dict[str, int]:
    return dict(erase_rows_of_state(erasure.store.state, erasure.reach))


def _ids(erasure: Erasure) -> dict[str, int]:
    """The last step that deletes: the tombstones, which every reader that began earlier had to find."""
    write_ledger(
        erasure.workspace,
        erasure.store.forgotten.key,
        id=erasure.id,
        at=erasure.requested_at,
        posts=erasure.what["digests"]["posts"],
        authors=erasure.what["digests"]["authors"],
    )
    count = erase_tombstones(erasure.store.state, erasure.reach)
    return {"tombstones": count}


STEPS: tuple[tuple[str, Callable[[Erasure], dict[str, int]]], ...] = (
    ("posts", _posts),
    ("words", _words),
    ("vectors", _vectors),
    ("corpus", _corpus),
    ("state", _state),
    ("ids", _ids),
)
LAST = "ids"  # waits for all others


REST = "the rest is done by `linnet forget --finish`, by a running `linnet serve`, or by the next ingest or build"


def _run(erasure: Erasure) -> ForgetReport:
    started = time.monotonic()
    for tries_left in reversed(range(TRIES)):
        _do_steps(erasure)
        compact(erasure.store.state)
        backups = copy_to_backups(erasure.workspace, at=erasure.requested_at)
        erased = time.monotonic()
        checked = check_workspace(erasure.workspace, erasure.store, erasure.reach, progress=erasure.progress)
        if checked.is_clean:
            break
        if tries_left or checked.found:  # whoever held a file open, or wrote meanwhile, has let go by then
            erasure.steps_done = []
            _save(erasure)
    report = _conclude(erasure, checked, backups)
    return dataclasses.replace(
        report, seconds=round(erased - started, 2), check_seconds=round(time.monotonic() - erased, 2)
    )


def _do_steps(erasure: Erasure) -> None:
    busy: list[str] = []
    for name, step in STEPS:
        if name in erasure.steps_done or (name == LAST and busy):
            continue
        try:
            counts = step(erasure)
        except WorkspaceBusy as error:
            busy.append(f"{name} ({error})")
            continue
        for place, count in counts.items():
            if count:
                erasure.places[place] = erasure.places.get(place, 0) + count
        erasure.steps_done.append(name)
        _save(erasure)
    if busy:
        raise WorkspaceBusy(f"hidden everywhere already, but {'; '.join(busy)}: {REST}")


def _conclude(erasure: Erasure, checked: Checked, backups: list[dict[str, Any]]) -> ForgetReport:
    """The receipt; and the end of the request, unless bytes were found."""
    workspace, state = erasure.workspace, erasure.store.state
    finished_at = _now()
    receipt = write_receipt(
        workspace,
        {
            "id": erasure.id,
            "requested_at": erasure.requested_at,
            "finished_at": finished_at,
            "what": erasure.what,
            "where": dict(sorted(erasure.places.items())),
            "checks": [checked.to_json()],
            "remains": {
                "models": erasure.debt,
                "backups": backups,
                "input_files": checked.operator_files,
                "note": "files that posts were read from belong to the operator: delete them, or what is in them",
            },
        },
    )
    owed = {"learnt": learnt_digests(erasure.reach.post_ids)} if erasure.debt else None
    if not checked.found:
        with state.engine.begin() as connection:
            connection.execute(
                table.update()
                .where(table.c.id == erasure.id)
                .values(
                    finished_at=finished_at,
                    sealed_request=seal(erasure.store.forgotten.key, owed) if owed else None,
                    places=erasure.places,
                )
            )
    return ForgetReport(
        receipt=str(receipt),
        posts=erasure.reach.known,
        places=dict(sorted(erasure.places.items())),
        debt=[{key: entry[key] for key in ("model", "why", "until")} for entry in erasure.debt],
        found=checked.found,
        found_at=tuple(checked.found_at),
        unknown=erasure.what["posts_unknown"],
    )


def _save(erasure: Erasure) -> None:
    with erasure.store.state.engine.begin() as connection:
        connection.execute(
            table.update()
            .where(table.c.id == erasure.id)
            .values(steps_done=erasure.steps_done, places=erasure.places, debt=erasure.debt)
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
