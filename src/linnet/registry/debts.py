"""What a version owes: posts that it learnt from and that may not be trained on now.

Erased, deleted or withdrawn from training: the reason makes no difference. A post that only left the corpus, as a
copy or by its quality, is not owed. Eight bytes a post are compared (`learnt.npy`), so no id is needed of a post that
is gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from linnet.posts.store import PostStore
from linnet.training.learnt import digests_of, read_learnt
from linnet.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np


def trainable_digests(workspace: Workspace) -> np.ndarray:
    """The digests of all posts that may be trained on at this moment."""
    import numpy as np

    return np.sort(
        digests_of(PostStore(workspace).read(purpose="train", columns=["post_id"])["post_id"].to_list())
    )


def owed_posts(folder: Path, trainable: np.ndarray) -> int | None:
    """How many posts the model in `folder` owes; None when it does not say what it learnt from."""
    import numpy as np

    learnt = read_learnt(folder)
    if learnt is None:
        return None
    return int((~np.isin(learnt, trainable)).sum()) if len(learnt) else 0
