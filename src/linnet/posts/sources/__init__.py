"""Where posts come from: `open_source(path, config)` recognises a file and `read()` yields its SourceBatches.

One module a format: x_archive, x_api_v1, x_api_v2, mastodon, activitypub (and mastodon_archive), jetstream,
bluesky_records (and record_files), csv_table, json_table, parquet_table. `recognise` tells them apart; `batches`
(single rows) and `tables` (whole columns) hold the rules that all share. docs/sources.md is the page for users.
"""

from linnet.posts.sources.config import SourceConfig, parse_mapping
from linnet.posts.sources.recognise import open_source
from linnet.posts.sources.source import Source

__all__ = ["Source", "SourceConfig", "open_source", "parse_mapping"]
