"""One file that runs anywhere: a Llama- or Qwen3-shaped Hugging Face folder as a q8_0 GGUF.

openvino-genai, llama.cpp, Ollama and LM Studio read it: weights, shape, tokenizer and chat template are all inside.

Three things differ from the Hugging Face layout:
- llama.cpp rotates neighbouring pairs of a Llama head's dimensions, Hugging Face rotates its two halves, so the rows
  of the Q and K projections are interleaved here (Qwen3's stay: llama.cpp rotates those in halves too);
- matrices are stored in blocks of 32 with one f16 scale (q8_0), so rows must be a multiple of 32 long;
  a model with other widths is stored in f16, because OpenVINO wants one kind for all matrices;
- tied embeddings are stored once: a file without `output.weight` means tied.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

from linnet.errors import BadInput

Q8_0_BLOCK = 32

# Hugging Face name within a layer -> GGUF name within a block.
LAYER_TENSORS = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}

QWEN3_TENSORS = {
    "self_attn.q_norm.weight": "attn_q_norm.weight",
    "self_attn.k_norm.weight": "attn_k_norm.weight",
}
CLASSES = {"llama": "LlamaForCausalLM", "qwen3": "Qwen3ForCausalLM"}

LLAMA3_PATTERN_SIGN = r"\p{N}{1,3}"  # what sets the Llama 3 split pattern apart from Qwen2's single digits
QWEN2_PATTERN_SIGN = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"


def write_gguf(hf: Path, out: Path, *, name: str | None = None) -> Path:
    """Write the model of folder `hf` to `out`; the file is there whole or not at all. Returns `out`.

    `name` is what the file says the model is called; without it, the name of the folder that holds it.
    """
    import gguf

    config = read_llama_config(hf)
    tokenizer = _read_json(hf / "tokenizer.json")
    widths = (
        config["hidden_size"],
        config["intermediate_size"],
        config["num_attention_heads"] * config["head_dim"],
    )
    quantize = all(width % Q8_0_BLOCK == 0 for width in widths)

    name = name or (hf.parent.name if hf.name == "hf" else hf.name)
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    writer = gguf.GGUFWriter(part, config["model_type"])
    try:
        _add_shape(writer, config, name=name, quantize=quantize)
        _add_tokenizer(writer, hf, tokenizer, vocab_size=config["vocab_size"])
        kind = gguf.GGMLQuantizationType.Q8_0 if quantize else gguf.GGMLQuantizationType.F16
        _write_tensors(writer, hf, config, kind)
        writer.close()
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        writer.close()
        part.unlink(missing_ok=True)
    return out


def read_llama_config(hf: Path) -> dict[str, Any]:
    """config.json with the defaults filled in. Raises BadInput for a shape that a GGUF cannot say."""
    config = _read_json(hf / "config.json")

    def refuse(what: str) -> BadInput:
        return BadInput(
            f"{hf / 'config.json'}: {what}; only plain Llama- and Qwen3-shaped models can be written as GGUF"
        )

    kind = config.setdefault("model_type", "llama")
    if kind not in CLASSES:
        raise refuse(f"model_type is {kind!r}")
    if CLASSES[kind] not in config.get("architectures", [CLASSES[kind]]):
        raise refuse(f"the architecture is {config['architectures']}")
    if config.get("hidden_act", "silu") != "silu":
        raise refuse(f"hidden_act is {config['hidden_act']!r}")
    if config.get("attention_bias") or config.get("mlp_bias"):
        raise refuse("it has attention or MLP biases")
    heads = config["num_attention_heads"]
    if config.get("num_key_value_heads") is None:
        config["num_key_value_heads"] = heads
    if config.get("head_dim") is None:
        config["head_dim"] = config["hidden_size"] // heads if kind == "llama" else 128
    if kind == "llama" and config["head_dim"] * heads != config["hidden_size"]:
        # OpenVINO's reader ignores the key_length field and would read wrong rows.
        raise refuse(f"{heads} heads of {config['head_dim']} do not make hidden_size {config['hidden_size']}")
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    if config.get("use_sliding_window"):
        raise refuse("some of its layers attend over a sliding window")
    if (rope.get("rope_type") or rope.get("type") or "default") != "default":
        raise refuse(f"rope scaling is {rope}")
    config["rope_theta"] = float(rope.get("rope_theta") or config.get("rope_theta") or 10_000.0)
    config.setdefault("tie_word_embeddings", False)
    config.setdefault("rms_norm_eps", 1e-6)
    return config


def interleave_rotary(weight: Any, num_heads: int) -> Any:
    """Rows of a Q or K projection from halves order (0..d/2-1, d/2..d-1) to pairs order (0, d/2, 1, d/2+1, ...)."""
    rows, columns = weight.shape
    halves = weight.reshape(num_heads, 2, rows // num_heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)


def pre_tokenizer_name(pre_tokenizer: dict[str, Any] | None) -> str:
    """The name under which llama.cpp knows a byte-level pre-tokenizer; "default" when it has none for it."""
    if not pre_tokenizer:
        return "default"
    steps = pre_tokenizer["pretokenizers"] if pre_tokenizer["type"] == "Sequence" else [pre_tokenizer]
    kinds = [step["type"] for step in steps]
    if kinds == ["ByteLevel"] and steps[0].get("use_regex", True):
        return "gpt-2"
    if kinds == ["Digits", "ByteLevel"] and steps[0]["individual_digits"] and steps[1].get("use_regex", True):
        return "smollm"
    if kinds == ["Split", "ByteLevel"] and not steps[1].get("use_regex", True):
        pattern = steps[0]["pattern"].get("Regex", "")
        if LLAMA3_PATTERN_SIGN in pattern:
            return "llama-bpe"
        if QWEN2_PATTERN_SIGN in pattern:
            return "qwen2"
    return "default"


def _add_shape(writer: Any, config: dict[str, Any], *, name: str, quantize: bool) -> None:
    import gguf

    writer.add_type("model")
    writer.add_name(name)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if quantize else gguf.LlamaFileType.MOSTLY_F16)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])


def _add_tokenizer(writer: Any, hf: Path, tokenizer: dict[str, Any], *, vocab_size: int) -> None:
    import gguf

    model = tokenizer["model"]
    if model.get("type") != "BPE" or model.get("byte_fallback"):
        raise BadInput(f"{hf / 'tokenizer.json'}: only a byte-level BPE tokenizer can be written as GGUF")
    names = {index: token for token, index in model["vocab"].items()}
    kinds = dict.fromkeys(names, gguf.TokenType.NORMAL)
    for added in tokenizer.get("added_tokens", []):
        names[added["id"]] = added["content"]
        kinds[added["id"]] = gguf.TokenType.CONTROL if added["special"] else gguf.TokenType.USER_DEFINED
    if max(names) >= vocab_size:
        raise BadInput(f"{hf}: the tokenizer has id {max(names)} but the model only {vocab_size} embeddings")
    ids = range(vocab_size)  # embeddings may be padded beyond the tokenizer
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]

    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre_tokenizer_name(tokenizer.get("pre_tokenizer")))
    writer.add_token_list([names.get(index, f"[PAD{index}]") for index in ids])
    writer.add_token_types([kinds.get(index, gguf.TokenType.UNUSED) for index in ids])
    writer.add_token_merges(merges)

    id_of = {name: index for index, name in names.items()}
    settings = _read_json(hf / "tokenizer_config.json")
    for role, add in (
        ("bos_token", writer.add_bos_token_id),
        ("eos_token", writer.add_eos_token_id),
        ("pad_token", writer.add_pad_token_id),
    ):
        token = settings.get(role)
        token = token["content"] if isinstance(token, dict) else token
        if token in id_of:
            add(id_of[token])
    template_file = hf / "chat_template.jinja"
    template = settings.get("chat_template") or (
        template_file.read_text(encoding="utf-8") if template_file.exists() else None
    )
    # The chat template writes <|bos|> itself; a second one would be a prompt the model never saw.
    writer.add_add_bos_token(not template)
    writer.add_add_space_prefix(False)
    if template:
        writer.add_chat_template(template)


def _write_tensors(writer: Any, hf: Path, config: dict[str, Any], kind: Any) -> None:
    """Announce every tensor, then convert and write one at a time: memory stays at one tensor."""
    import gguf
    import numpy as np

    with TensorFiles(hf) as files:
        plan = list(_tensor_plan(config, hf, files))
        for name, source in plan:
            shape = files.shape(source)
            kind_here = gguf.GGMLQuantizationType.F32 if len(shape) == 1 else kind
            stored = gguf.quant_shape_to_byte_shape(shape, kind_here)
            # The writer derives a tensor's shape in elements from its shape in bytes.
            writer.add_tensor_info(name, stored, np.dtype(np.uint8), prod(stored), raw_dtype=kind_here)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for name, source in plan:
            tensor = files.read(source)
            if config["model_type"] == "llama" and name.endswith("attn_q.weight"):
                tensor = interleave_rotary(tensor, config["num_attention_heads"])
            elif config["model_type"] == "llama" and name.endswith("attn_k.weight"):
                tensor = interleave_rotary(tensor, config["num_key_value_heads"])
            kind_here = gguf.GGMLQuantizationType.F32 if tensor.ndim == 1 else kind
            writer.write_tensor_data(gguf.quants.quantize(np.ascontiguousarray(tensor), kind_here))


def _tensor_plan(config: dict[str, Any], hf: Path, files: TensorFiles) -> Iterator[tuple[str, str]]:
    """(GGUF name, Hugging Face name) of every tensor, in file order."""
    plan = [("token_embd.weight", "model.embed_tokens.weight")]
    names = LAYER_TENSORS | (QWEN3_TENSORS if config["model_type"] == "qwen3" else {})
    for layer in range(config["num_hidden_layers"]):
        plan += [(f"blk.{layer}.{ours}", f"model.layers.{layer}.{theirs}") for theirs, ours in names.items()]
    plan.append(("output_norm.weight", "model.norm.weight"))
    if not config["tie_word_embeddings"]:
        plan.append(("output.weight", "lm_head.weight"))
    for name, source in plan:
        if source not in files:
            raise BadInput(f"{hf}: the tensor {source} is missing; export the model again")
        yield name, source


class TensorFiles:
    """The tensors of one or several safetensors files, read one at a time as float32."""

    def __init__(self, hf: Path) -> None:
        from safetensors import safe_open

        paths = sorted(hf.glob("*.safetensors"))
        if not paths:
            raise BadInput(f"{hf}: no .safetensors file; give the Hugging Face folder of a trained model")
        self._files = [safe_open(path, framework="pt") for path in paths]
        self._where = {name: file for file in self._files for name in file.keys()}  # noqa: SIM118

    def __enter__(self) -> TensorFiles:
        return self

    def __exit__(self, *exception: object) -> None:
        for file in self._files:
            file.__exit__(None, None, None)

    def __contains__(self, name: str) -> bool:
        return name in self._where

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(self._where[name].get_slice(name).get_shape())

    def read(self, name: str) -> Any:
        return self._where[name].get_tensor(name).float().numpy()

    def num_parameters(self) -> int:
        return sum(prod(self.shape(name)) for name in self._where)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput(f"{path} is missing; a Hugging Face model folder has one") from error
    except ValueError as error:
        raise BadInput(f"{path} is not valid JSON: {error}") from error
