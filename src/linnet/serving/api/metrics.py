"""What Prometheus can ask about the API."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class ApiMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.requests = Counter(
            "linnet_api_requests", "Answered requests.", ["endpoint", "status"], registry=registry
        )
        self.in_flight = Gauge(
            "linnet_api_requests_in_flight", "Requests waiting or being answered now.", registry=registry
        )
        self.seconds = Histogram(
            "linnet_api_request_seconds",
            "From the request to the end of its answer.",
            ["endpoint"],
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.first_text_seconds = Histogram(
            "linnet_api_time_to_first_text_seconds",
            "From the request to the first piece of generated text, waiting included.",
            buckets=SECONDS_BUCKETS,
            registry=registry,
        )
        self.prompt_tokens = Counter("linnet_api_prompt_tokens", "Tokens of prompts.", registry=registry)
        self.completion_tokens = Counter(
            "linnet_api_completion_tokens", "Tokens generated.", registry=registry
        )
        self.refused = Counter(
            "linnet_api_refused_requests", "Requests refused because too many waited.", registry=registry
        )
