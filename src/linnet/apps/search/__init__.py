"""Search: a query becomes posts, best first."""

from linnet.apps.search.app import MAX_LIMIT, search
from linnet.apps.search.result import SearchResult

__all__ = ["MAX_LIMIT", "SearchResult", "search"]
