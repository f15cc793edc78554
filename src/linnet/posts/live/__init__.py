"""Streams of posts that are followed as they happen.

stream.py      what every stream is: connects from a position, yields messages, sorts each into rows
jetstream.py, mastodon.py, lines.py, tail.py    the streams; open_stream.py chooses by URL
intake.py      the reader: a thread that connects, reconnects with backoff, and stops reading when the buffer is full
listener.py    the writer: messages -> batches -> the store -> the cursor
cursors.py     how far each stream was taken in, and how far behind that is
"""
