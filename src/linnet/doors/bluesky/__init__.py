"""app.bsky.feed.searchPosts, as clients of Bluesky ask it.

query.py      its parameters as one query of ours
at_uri.py     an address for a post of any platform
cid.py        the content id of the record we show
post_view.py  a hit as an app.bsky.feed.defs#postView
routes.py     the endpoint, its pages and its errors
"""
