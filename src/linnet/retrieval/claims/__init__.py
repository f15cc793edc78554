"""Which of many short documents a post is about: claims that were checked before, answers, rules.

said.py       what the post itself says, without links and signature
lexical.py    BM25 over words and over runs of characters
meaning.py    cosines of whole texts, and of their tokens one by one
features.py   the scores of each candidate
fusion.py     one score of them all: a linear model, learnt from judged posts
copies.py     documents that say the same
index.py      all of it: documents in, ranked documents out
"""

from linnet.retrieval.claims.fusion import Fusion, shipped_fusion
from linnet.retrieval.claims.index import ClaimIndex

__all__ = ["ClaimIndex", "Fusion", "shipped_fusion"]
