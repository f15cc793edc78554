"""A saved search as a feed.

rss.py     hits as RSS 2.0
routes.py  GET /search.rss
"""
