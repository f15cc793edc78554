"""The OpenAI-compatible API: /v1/models, /v1/chat/completions, /v1/completions, /v1/embeddings, /healthz, /metrics.

router.py    the endpoints
requests.py  what a request may ask, checked, as our own types
jobs.py      running blocking models off the event loop, with a limited queue
route.py     size limit, OpenAI-shaped errors and metrics around every endpoint
app.py       a whole application, for loopback only
"""

from linnet.serving.api.app import check_listen_address, create_app
from linnet.serving.api.config import ApiConfig
from linnet.serving.api.router import create_api

__all__ = ["ApiConfig", "check_listen_address", "create_api", "create_app"]
