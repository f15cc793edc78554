"""Reading an open base model: its shape from config.json, its tensors from safetensors, each checked before use.

Llama and Qwen3 are taken, and Mistral where it is Llama by another name (no sliding window). What would train another
function than the checkpoint computes (biases, other position scalings, quantised weights) is refused by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from linnet.errors import BadInput
from linnet.model.presets import Architecture
from linnet.progress import SILENT, Progress
from linnet.training.base_source import BaseSource, weight_files

MODEL_TYPES = ("llama", "qwen3", "mistral")
EMBEDDINGS, HEAD, NORM = "model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"
NEEDED = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
IGNORED_TENSORS = ("rotary_emb.inv_freq",)  # older Llama files hold what follows from the configuration


@dataclass(frozen=True, kw_only=True)
class BaseShape:
    """The sizes of a Llama or Qwen3 model, as they are."""

    d_model: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_dim: int  # need not be d_model / n_heads
    hidden_size: int
    rope_theta: float
    rope_scaling: Mapping[str, float] | None  # Llama 3's, as config.json has it
    norm_eps: float
    tied: bool
    qk_norm: bool
    context_length: int  # positions that the base knows

    def tensor_shapes(self, vocab_size: int) -> dict[str, tuple[int, ...]]:
        """Name -> shape of every tensor, in the file's order."""
        width, keys = self.n_heads * self.head_dim, self.n_kv_heads * self.head_dim
        shapes: dict[str, tuple[int, ...]] = {EMBEDDINGS: (vocab_size, self.d_model)}
        for layer in range(self.n_layers):
            here = f"model.layers.{layer}."
            shapes |= {
                f"{here}input_layernorm.weight": (self.d_model,),
                f"{here}self_attn.q_proj.weight": (width, self.d_model),
                f"{here}self_attn.k_proj.weight": (keys, self.d_model),
                f"{here}self_attn.v_proj.weight": (keys, self.d_model),
                f"{here}self_attn.o_proj.weight": (self.d_model, width),
                f"{here}post_attention_layernorm.weight": (self.d_model,),
                f"{here}mlp.gate_proj.weight": (self.hidden_size, self.d_model),
                f"{here}mlp.up_proj.weight": (self.hidden_size, self.d_model),
                f"{here}mlp.down_proj.weight": (self.d_model, self.hidden_size),
            }
            if self.qk_norm:
                shapes |= {f"{here}self_attn.{name}_norm.weight": (self.head_dim,) for name in "qk"}
        shapes[NORM] = (self.d_model,)
        if not self.tied:
            shapes[HEAD] = (vocab_size, self.d_model)
        return shapes

    def num_parameters(self, vocab_size: int) -> int:
        return sum(prod(shape) for shape in self.tensor_shapes(vocab_size).values())

    def flops_per_token(self, vocab_size: int, sequence_length: int) -> int:
        """As `Architecture.flops_per_token` counts them."""
        shapes = self.tensor_shapes(vocab_size)
        matrices = sum(prod(shape) for shape in shapes.values() if len(shape) == 2)
        lookup = 0 if self.tied else vocab_size * self.d_model
        attention = 12 * self.n_layers * self.n_heads * self.head_dim * sequence_length
        return 6 * (matrices - lookup) + attention


@dataclass(frozen=True, kw_only=True)
class BaseModel:
    source: BaseSource
    model_type: str  # as config.json says it: llama, qwen3 or mistral
    shape: BaseShape
    vocab_size: int  # rows of the embedding matrix
    files: tuple[Path, ...]
    digest: str  # of the weights

    def provenance(self) -> dict[str, Any]:
        """What a model card says of the base."""
        return {
            "name": self.source.name,
            "revision": self.source.revision,
            "licence": self.source.licence,
            "model_type": self.model_type,
            "parameters": self.shape.num_parameters(self.vocab_size),
            "weights": self.digest,
        }


def read_base(source: BaseSource, *, progress: Progress = SILENT) -> BaseModel:
    """Check a model's files against its configuration and take their digest. No weight is loaded."""
    config = _read_config(source.folder)
    shape = read_shape(config, source.folder / "config.json")
    files = weight_files(source.folder)
    _check_tensors(files, shape, config["vocab_size"])
    return BaseModel(
        source=source,
        model_type=config["model_type"],
        shape=shape,
        vocab_size=config["vocab_size"],
        files=tuple(files),
        digest=_digest(files, progress),
    )


def read_shape(config: Mapping[str, Any], path: Path) -> BaseShape:
    """The shape that `config` (config.json, defaults filled in) describes; BadInput where it is none of ours."""

    def refuse(what: str) -> BadInput:
        return BadInput(f"{path}: {what}; only plain Llama- and Qwen3-shaped models can be continued")

    if config.get("quantization_config"):
        raise refuse("its weights are quantised")
    if config["hidden_act"] != "silu":
        raise refuse(f"hidden_act is {config['hidden_act']!r}")
    if config.get("attention_bias") or config.get("mlp_bias"):
        raise refuse("it has attention or MLP biases")
    if config["model_type"] == "mistral" and config.get("sliding_window"):
        raise refuse(f"it attends over a sliding window of {config['sliding_window']}")
    if config.get("use_sliding_window") or set(config.get("layer_types") or ()) - {"full_attention"}:
        raise refuse("some of its layers do not attend over the whole context")
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    if heads % kv_heads:
        raise refuse(f"{heads} heads cannot share {kv_heads} key heads evenly")
    rope = dict(config.get("rope_parameters") or {})
    kind = rope.get("rope_type", "default")
    if kind not in ("default", "llama3") or rope.get("partial_rotary_factor", 1.0) != 1.0:
        raise refuse(f"its rope scaling is {kind!r}, and only 'llama3' and none can be kept")
    names = ("factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings")
    return BaseShape(
        d_model=config["hidden_size"],
        n_layers=config["num_hidden_layers"],
        n_heads=heads,
        n_kv_heads=kv_heads,
        head_dim=config["head_dim"] or config["hidden_size"] // heads,
        hidden_size=config["intermediate_size"],
        rope_theta=float(rope["rope_theta"]),
        rope_scaling={name: rope[name] for name in names} if kind == "llama3" else None,
        norm_eps=config["rms_norm_eps"],
        tied=bool(config["tie_word_embeddings"]),
        qk_norm=config["model_type"] == "qwen3",
        context_length=config["max_position_embeddings"],
    )


def job_shape(job: Mapping[str, Any]) -> Architecture | BaseShape:
    """The shape of the model that a training job is of: of the base that it continues, else of its preset."""
    if initial := job.get("initial"):
        return BaseShape(**initial["shape"])
    return Architecture(**job["architecture"])


def _read_config(folder: Path) -> dict[str, Any]:
    """config.json with transformers' defaults filled in."""
    path = folder / "config.json"
    if not path.exists():
        what = (
            "holds an adapter, not a model"
            if (folder / "adapter_config.json").exists()
            else "has no config.json"
        )
        raise BadInput(f"{folder} {what}; give the folder of a whole model in Hugging Face format")
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        model_type = written.get("model_type")
    except (ValueError, AttributeError) as error:
        raise BadInput(f"{path} is not valid JSON; download the model again") from error
    kinds = {"llama": "LlamaForCausalLM", "qwen3": "Qwen3ForCausalLM", "mistral": "MistralForCausalLM"}
    architectures = written.get("architectures") or [kinds.get(model_type)]
    if model_type not in MODEL_TYPES or kinds[model_type] not in architectures:
        what = model_type if model_type not in MODEL_TYPES else architectures[0]
        raise BadInput(
            f"{path}: the architecture is {what!r}; only Llama, Qwen3 and Mistral can be continued"
        )
    if missing := [name for name in NEEDED if not isinstance(written.get(name), int) or written[name] < 1]:
        raise BadInput(f"{path}: {missing[0]} is missing or no number; download the model again")
    from transformers import AutoConfig

    try:
        config = AutoConfig.for_model(**written).to_dict()
    except Exception as error:  # validation by the library has many exception types
        raise BadInput(
            f"{path} does not describe a {model_type} model ({str(error).splitlines()[0]})"
        ) from error
    config["head_dim"] = written.get("head_dim") or config.get("head_dim")
    return config


def _check_tensors(files: list[Path], shape: BaseShape, vocab_size: int) -> None:
    expected = shape.tensor_shapes(vocab_size)
    found: dict[str, tuple[int, ...]] = {}
    for path, name, size in tensor_shapes(files):
        if name.endswith(IGNORED_TENSORS) or (shape.tied and name == HEAD):
            continue
        if name not in expected:
            raise BadInput(f"{path} has the tensor {name}, which a model of its configuration has not")
        if size != expected[name]:
            raise BadInput(f"{path}: {name} has the shape {size}, but config.json says {expected[name]}")
        found[name] = size
    if missing := [name for name in expected if name not in found]:
        raise BadInput(f"{files[0].parent} lacks the tensor {missing[0]}; download the model again")


def tensor_shapes(files: list[Path]) -> Iterator[tuple[Path, str, tuple[int, ...]]]:
    """File, name and shape of every tensor; BadInput where a file is cut short or does not hold plain floats."""
    from safetensors import SafetensorError, safe_open

    for path in files:
        try:
            with safe_open(path, framework="np") as opened:
                for name in opened.keys():  # noqa: SIM118
                    part = opened.get_slice(name)
                    if part.get_dtype() not in ("F32", "F16", "BF16", "F64"):
                        raise BadInput(
                            f"{path}: {name} is stored as {part.get_dtype()}; give a model that is not quantised"
                        )
                    yield path, name, tuple(part.get_shape())
        except (SafetensorError, OSError) as error:
            raise BadInput(
                f"{path} is cut short or damaged ({str(error).splitlines()[0]}); download it again"
            ) from error


def _digest(files: list[Path], progress: Progress) -> str:
    """Of the names and bytes of the weights."""
    digest = hashlib.blake2b(digest_size=12)
    progress.start("Reading the base model", len(files), "files")
    for path in files:
        with path.open("rb") as file:
            digest.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
        progress.advance()
    progress.finish()
    return digest.hexdigest()
