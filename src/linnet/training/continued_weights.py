"""The weights of a base model on their way in and out of the training engine: Hugging Face names to OLMo-core's and back.

The embedding matrix (and a head of its own) loses rows that no token has and gains one for each token that Linnet adds.
A new row is the mean of the base's rows: the model then gives new tokens no more than an average one's share, where
random rows can take all of it (Hewitt 2021, https://nlp.stanford.edu/~johnhew/vocab-expansion.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linnet.model.tokenizer import load_tokenizer
from linnet.training.base_model import EMBEDDINGS, HEAD, BaseModel, BaseShape
from linnet.training.base_tokenizer import BaseVocabulary
from linnet.training.export import save_model_folder


@dataclass(frozen=True, kw_only=True)
class InitialWeights:
    """What a run starts from, as its job file says it."""

    files: tuple[str, ...]  # safetensors of the base
    shape: BaseShape
    base_tokens: int  # rows of the embeddings that are kept
    vocab_size: int  # rows afterwards

    @classmethod
    def of(cls, base: BaseModel, vocabulary: BaseVocabulary) -> InitialWeights:
        return cls(
            files=tuple(map(str, base.files)),
            shape=base.shape,
            base_tokens=vocabulary.base_size,
            vocab_size=vocabulary.size,
        )

    def to_job(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_job(cls, job: Mapping[str, Any]) -> InitialWeights:
        initial = dict(job["initial"])
        return cls(**{**initial, "shape": BaseShape(**initial["shape"]), "files": tuple(initial["files"])})


def hf_weights(initial: InitialWeights) -> dict[str, Any]:
    """All tensors in float32 under their Hugging Face names, with the new vocabulary's rows."""
    import torch
    from safetensors import safe_open

    wanted = initial.shape.tensor_shapes(initial.vocab_size)
    weights: dict[str, torch.Tensor] = {}
    for path in initial.files:
        with safe_open(path, framework="pt") as opened:
            for name in opened.keys():  # noqa: SIM118
                if name in wanted:
                    weights[name] = opened.get_tensor(name).to(torch.float32)
    for name in (EMBEDDINGS, HEAD):
        if name in weights:
            weights[name] = _with_new_rows(weights[name][: initial.base_tokens], initial.vocab_size)
    return weights


def _with_new_rows(rows: Any, size: int) -> Any:
    import torch

    mean = rows.mean(dim=0, dtype=torch.float64).to(rows.dtype)
    return torch.cat([rows, mean.expand(size - len(rows), -1)])


def hf_base_config(initial: InitialWeights, token_ids: Mapping[str, int]) -> Any:
    """transformers' configuration: the base's, with the new vocabulary. What was Mistral's is Llama's by now."""
    from transformers import LlamaConfig, Qwen3Config

    shape = initial.shape
    kind: Any = Qwen3Config if shape.qk_norm else LlamaConfig
    scaling = (
        {"rope_type": "llama3", **shape.rope_scaling} if shape.rope_scaling else {"rope_type": "default"}
    )
    return kind(
        vocab_size=initial.vocab_size,
        hidden_size=shape.d_model,
        intermediate_size=shape.hidden_size,
        num_hidden_layers=shape.n_layers,
        num_attention_heads=shape.n_heads,
        num_key_value_heads=shape.n_kv_heads,
        head_dim=shape.head_dim,
        max_position_embeddings=shape.context_length,
        rms_norm_eps=shape.norm_eps,
        rope_parameters={**scaling, "rope_theta": shape.rope_theta},
        tie_word_embeddings=shape.tied,
        dtype="float32",
        **token_ids,
    )


def olmo_base_config(shape: BaseShape, vocab_size: int, *, seed: int) -> Any:
    """The same model as OLMo-core's configuration."""
    from olmo_core.nn.feed_forward import FeedForwardConfig
    from olmo_core.nn.rope import StepwiseRoPEScalingConfig
    from olmo_core.nn.transformer import TransformerConfig

    scaling = None
    if shape.rope_scaling:
        scaling = StepwiseRoPEScalingConfig(
            factor=shape.rope_scaling["factor"],
            low_freq_proportion=1 - 1 / shape.rope_scaling["low_freq_factor"],
            high_freq_proportion=1 / shape.rope_scaling["high_freq_factor"],
            old_context_len=int(shape.rope_scaling["original_max_position_embeddings"]),
        )
    return TransformerConfig.llama_like(
        d_model=shape.d_model,
        vocab_size=vocab_size,
        n_layers=shape.n_layers,
        n_heads=shape.n_heads,
        n_kv_heads=shape.n_kv_heads,
        head_dim=shape.head_dim,
        layer_norm_eps=shape.norm_eps,
        rope_theta=shape.rope_theta,  # type: ignore[arg-type]  # a float is as good
        rope_scaling=scaling,
        feed_forward=FeedForwardConfig(hidden_size=shape.hidden_size, bias=False),
        tie_word_embeddings=shape.tied,
        qk_norm=shape.qk_norm,
        use_head_qk_norm=shape.qk_norm,
        init_seed=seed,
    )


def load_initial_weights(model: Any, job: Mapping[str, Any]) -> None:
    """Put the base's weights into the engine's model, sharded or whole. Call it when the engine has set its own."""
    import torch.distributed.checkpoint.state_dict as checkpoint_state
    from olmo_core.nn.hf.convert import convert_state_from_hf

    initial = InitialWeights.of_job(job)
    weights = hf_weights(initial)
    config = hf_base_config(initial, {})
    state = convert_state_from_hf(config, weights, model_type=config.model_type)
    options = checkpoint_state.StateDictOptions(full_state_dict=True, strict=True)
    checkpoint_state.set_model_state_dict(model, state, options=options)


def export_continued(state: dict[str, Any], job: Mapping[str, Any], out: Path) -> None:
    """Write the engine's weights to the model folder `out` in the base's own shape."""
    from olmo_core.nn.hf.convert import convert_state_to_hf

    initial, tokenizer = InitialWeights.of_job(job), Path(job["tokenizer"])
    ids = load_tokenizer(tokenizer).special_token_ids
    weights = convert_state_to_hf(hf_base_config(initial, ids), state)
    save_model_folder(build_base(weights, initial, ids), out, tokenizer=tokenizer)


def build_base(weights: Mapping[str, Any], initial: InitialWeights, token_ids: Mapping[str, int]) -> Any:
    """A transformers model with these weights."""
    import torch
    from transformers import AutoModelForCausalLM, GenerationConfig

    wanted = initial.shape.tensor_shapes(initial.vocab_size)
    if missing := sorted(wanted.keys() - weights.keys()):
        raise RuntimeError(f"the export lacks weights: {missing}")
    model = AutoModelForCausalLM.from_config(hf_base_config(initial, token_ids), dtype=torch.float32)
    model.load_state_dict({name: weights[name].contiguous() for name in wanted}, strict=False)
    model.tie_weights()
    model.generation_config = GenerationConfig(**token_ids, do_sample=False)
    return model


def new_token_ids(initial: InitialWeights) -> Sequence[int]:
    """The ids that the base does not know."""
    return range(initial.base_tokens, initial.vocab_size)
