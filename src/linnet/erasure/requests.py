"""What was asked so far, and what is still owed: for the console, `linnet receipt list` and the model card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from linnet.erasure.keys import unseal
from linnet.erasure.model_debt import still_learnt
from linnet.erasure.receipts import receipts_folder, verify_receipt
from linnet.errors import BadInput
from linnet.posts.forgotten import ForgottenBook
from linnet.state import State
from linnet.state import erasures as table
from linnet.workspace import Workspace


def list_erasures(workspace: Workspace) -> list[dict[str, Any]]:
    """Newest first. `debt` holds only what is still open."""
    state = State(workspace)
    with state.engine.connect() as connection:
        rows = list(connection.execute(sa.select(table).order_by(table.c.requested_at.desc())).all())
    return [_request(workspace, state, row) for row in rows]


def open_debt_posts(workspace: Workspace, state: State) -> int:
    """How many erased posts some model still knows: the debt on the model card."""
    query = sa.select(table).where(table.c.finished_at.is_not(None), table.c.sealed_request.is_not(None))
    with state.engine.connect() as connection:
        rows = list(connection.execute(query).all())
    return sum(max((debt["posts"] for debt in _open(workspace, state, row)), default=0) for row in rows)


def _request(workspace: Workspace, state: State, row: Any) -> dict[str, Any]:
    path = receipts_folder(workspace) / f"{row.id}.json"
    debts = _open(workspace, state, row)
    return {
        "id": row.id,
        "requested_at": row.requested_at,
        "finished_at": row.finished_at,
        "posts": row.what["posts"],
        "authors": row.what["authors"],
        "places": row.places,
        "debt": [{key: debt[key] for key in ("model", "why", "until")} for debt in debts],
        "receipt": str(path) if path.exists() else None,
        "valid": _is_valid(path, workspace),
    }


def _is_valid(path: Path, workspace: Workspace) -> bool:
    try:
        return not verify_receipt(path, workspace)
    except BadInput:  # gone, cut off or replaced
        return False


def _open(workspace: Workspace, state: State, row: Any) -> list[dict[str, Any]]:
    if row.finished_at is None:
        return list(row.debt)
    if row.sealed_request is None or not row.debt:
        return []
    owed = unseal(ForgottenBook(workspace, state).key, row.sealed_request)
    debts = []
    for debt in row.debt:
        left = still_learnt(workspace, debt, owed["learnt"], row.requested_at)
        if left:
            debts.append({**debt, "posts": left})
    if not debts:  # all models were made again: nothing has to remember the posts any more
        with state.engine.begin() as connection:
            connection.execute(table.update().where(table.c.id == row.id).values(sealed_request=None))
    return debts
