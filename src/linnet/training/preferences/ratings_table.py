"""What readers thought of answers: one thumb up or down a reader and answer, in the table `ratings`.

A rating points at an answer kept in the table `outputs`; when an erasure redacts the answer, the rating says something
about what is left. A rating by an author goes with that author.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.errors import BadInput
from linnet.state import State, outputs, ratings

RATINGS = {"up": 1, "down": -1}


def rate_answer(state: State, answer_id: str, rating: str, *, reader: str | None = None) -> None:
    """Keep it; a reader's later rating of the same answer takes the place of the earlier one."""
    if rating not in RATINGS:
        raise BadInput(f'the rating is "{rating[:20]}"; it must be one of {", ".join(RATINGS)}')
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    row = {"reference": answer_id, "author_id": reader or "", "rating": RATINGS[rating], "rated_at": now}
    with state.engine.begin() as connection:
        known = connection.execute(
            sa.select(outputs.c.reference).where(outputs.c.reference == answer_id, outputs.c.kind == "answer")
        ).first()
        if known is None:
            raise BadInput(f'no answer has the id "{answer_id[:80]}": take "answer_id" from the answer')
        statement = insert(ratings).values(row)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["reference", "author_id"],
                set_={"rating": row["rating"], "rated_at": row["rated_at"]},
            )
        )
