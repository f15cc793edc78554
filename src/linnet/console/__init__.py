"""The web console: calm pages over one platform, each with a JSON twin under /api.

Read in this order: `platform` (what the console asks for), `mount` (how it joins a FastAPI app), `api` (the JSON
twins), then the pages: `home`, `search`, `ask`, `post`, and those that make the platform's AI accountable:
`provenance`, `corpus`, `consent`, `erasure`.
"""

from linnet.console.mount import mount_console
from linnet.console.platform import Platform

__all__ = ["Platform", "mount_console"]
