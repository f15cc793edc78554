"""The bridge to lm-evaluation-harness: its `LM` interface over our tokenizer and a Hugging Face model folder.

Special tokens are never parsed from text. For Linnet's own tasks the ids are built from the example's parts, with
`<|end|>` and author or role tokens where the model expects them; for other tasks the context is plain text, or one
user message when the model is a chat model. What the harness calls a chat template is never rendered.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.evaluation.greedy import greedy_answer, prompt_ids
from linnet.evaluation.likelihood import Scorer, Window, windows_of
from linnet.progress import SILENT, Progress
from linnet.protocols import Message

MOST_NEW_TOKENS = 256  # where a task does not say


class RequestEncoder:
    """Requests of the harness as token ids: (given, to be scored)."""

    def __init__(self, scorer: Scorer, *, chat: bool) -> None:
        self.scorer = scorer
        self.tokenizer = scorer.tokenizer
        self.chat = chat

    def pair(self, doc: Any, context: str, continuation: str) -> tuple[list[int], list[int]]:
        ours = isinstance(doc, dict) and "before" in doc and "start" in doc
        ends = [self.tokenizer.end_id] if ours and doc["whole"] else []
        body = [*self.tokenizer.encode_text(continuation), *ends]
        if ours:
            return self.example_context(doc if context else {"before": [], "start": ""}), body
        return self.context(context), body

    def context(self, text: str) -> list[int]:
        if self.chat and text:
            return self.tokenizer.encode_chat([Message(role="user", content=text)])
        return [*self.tokenizer.header(), *self.tokenizer.encode_text(text)]

    def example_context(self, doc: dict[str, Any]) -> list[int]:
        """Of an example of our own; without any text it is the unconditional context of the same place."""
        before, start = doc["before"], doc["start"]
        if self.chat:
            asked = before[-1] if before else f"Continue this post: {start}" if start else ""
            return self.tokenizer.encode_chat([Message(role="user", content=asked)] if asked else [])
        if not before:
            return [*self.tokenizer.header(), *self.tokenizer.encode_text(start)]
        messages = [Message(role="user", content=text) for text in before]
        return [*prompt_ids(self.scorer, messages, chat=False), *self.tokenizer.encode_text(start)]


def open_harness_model(
    folder: Path, *, chat: bool, exact_match_tasks: Sequence[str] = (), progress: Progress = SILENT
) -> Any:
    """A `lm_eval.api.model.LM`. `exact_match_tasks` also need to know whether a continuation is the greedy one."""
    from lm_eval.api.model import LM

    scorer = Scorer(folder)
    encoder = RequestEncoder(scorer, chat=chat)

    class HarnessModel(LM):
        tokenizer_name = "linnet"

        def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
            windows: list[Window] = []
            owners: list[int] = []
            for number, request in enumerate(requests):
                given, body = encoder.pair(request.doc, *request.args)
                mine = _windows(given, body, scorer.context_length)
                windows += mine
                owners += [number] * len(mine)
            values = [0.0] * len(requests)
            progress.start("Scoring choices", len(windows), "windows")
            for position, nats in scorer.nats(windows):
                values[owners[position]] -= nats
                progress.advance()
            greedy = [True] * len(requests)
            asked = [at for at in range(len(windows)) if requests[owners[at]].task_name in exact_match_tasks]
            for position, told in scorer.greedy_matches([windows[at] for at in asked]):
                window = windows[asked[position]]
                greedy[owners[asked[position]]] &= told == len(window.targets)
            progress.finish()
            return list(zip(values, greedy, strict=True))

        def loglikelihood_rolling(self, requests: Sequence[Any]) -> list[float]:
            header = scorer.tokenizer.header()
            values = []
            progress.start("Scoring texts", len(requests), "texts")
            for request in requests:
                body = [*scorer.tokenizer.encode_text(request.args[0])]
                windows = windows_of(header, body, scorer.context_length) if body else []
                values.append(-sum(nats for _, nats in scorer.nats(windows)))
                progress.advance()
            progress.finish()
            return values

        def generate_until(self, requests: Sequence[Any]) -> list[str]:
            progress.start("Generating", len(requests), "answers")
            texts = []
            for request in requests:
                context, settings = request.args
                until = settings.get("until") or []
                stops = [until] if isinstance(until, str) else list(until)
                most = int(settings.get("max_gen_toks", MOST_NEW_TOKENS))
                answer = greedy_answer(scorer, encoder.context(context), max_tokens=most)
                texts.append(_cut(answer.text, stops))
                progress.advance()
            progress.finish()
            return texts

    return HarnessModel()


def _windows(given: list[int], body: list[int], context_length: int) -> list[Window]:
    """One window that keeps the end of what is given; several for a continuation longer than the context."""
    if not body:
        return []
    if len(body) > context_length:
        return windows_of(given[:1], body, context_length)
    ids = [*given, *body]
    return [Window(ids[-context_length - 1 : -1], body)]


def _cut(text: str, stops: Sequence[str]) -> str:
    found = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    return text[: min(found)] if found else text
