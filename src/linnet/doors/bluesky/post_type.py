"""The type of a post's record on Bluesky."""

POST = "app.bsky.feed.post"
