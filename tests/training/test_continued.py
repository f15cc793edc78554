"""An open base goes on learning from posts: small random Llamas and Qwen3s stand for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linnet.errors import BadInput, LinnetError, WrongUse
from linnet.evaluation.bits_per_byte import bits_per_byte
from linnet.model.documents import document_files, read_documents
from linnet.model.tokenizer import SPECIAL_TOKENS, load_tokenizer
from linnet.progress import SilentProgress
from linnet.protocols import Message
from linnet.serving.chat_tokens import ChatTokenizer
from linnet.serving.gguf import write_gguf
from linnet.training.base_model import read_base
from linnet.training.base_source import find_base
from linnet.training.base_tokenizer import extend_tokenizer
from linnet.training.continued import ContinueConfig, ContinueReport, continue_pretraining
from linnet.training.continued_weights import (
    InitialWeights,
    build_base,
    export_continued,
    hf_weights,
    load_initial_weights,
    olmo_base_config,
)
from linnet.training.export import save_model_folder
from linnet.training.learnt import posts_learnt
from linnet.training.pretrain import PretrainReport
from linnet.training.run_folder import read_report
from linnet.training.watch.metrics import read_metrics
from tests.model.corpora import random_posts, write_corpus
from tests.training.foreign import (
    LLAMA3_SPLIT,
    OWN_TOKENS,
    QWEN_SPLIT,
    byte_level_tokenizer,
    make_base,
    sentencepiece_tokenizer,
)

SETTINGS: dict[str, Any] = {"sequence_length": 32, "batch_tokens": 128, "max_epochs": 2.0, "threads": 1}
FULL = ContinueConfig(**SETTINGS, learning_rate=3e-3, checkpoint_every_steps=10)
LORA = ContinueConfig(**SETTINGS, learning_rate=1e-2, lora=True, lora_rank=4)
LLAMA3_ROPE = {
    "rope_type": "llama3", "rope_theta": 500_000.0, "factor": 8.0, "low_freq_factor": 1.0,
    "high_freq_factor": 4.0, "original_max_position_embeddings": 64,
}  # fmt: skip


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("posts"), random_posts(120), heldout_every=6)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("bases") / "open-llama", tied=True, shards=True)


@pytest.fixture(scope="module")
def full(posts: Path, llama: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ContinueReport]:
    out = tmp_path_factory.mktemp("full")
    return out, continue_pretraining(posts, llama, out, config=FULL)


@pytest.fixture(scope="module")
def lora(posts: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, ContinueReport]:
    base = make_base(tmp_path_factory.mktemp("bases") / "open-qwen", "qwen3")
    out = tmp_path_factory.mktemp("lora")
    return base, out, continue_pretraining(posts, base, out, config=LORA)


def start(base: Path, out: Path) -> tuple[InitialWeights, Path]:
    """What a run of `base` starts from, and its tokenizer's folder."""
    model = read_base(find_base(base))
    vocabulary = extend_tokenizer(base, out, controls=["<|language:en|>"], rows=model.vocab_size)
    return InitialWeights.of(model, vocabulary), out


def heldout_bits(model: Path, corpus: Path) -> float:
    texts = [
        text for document in read_documents(document_files(corpus), "heldout") for text in document.texts
    ]
    return bits_per_byte(model, texts).bits_per_byte


def bits_at_the_start(base: Path, corpus: Path, out: Path) -> float:
    initial, tokenizer = start(base, out / "tokenizer")
    ids = load_tokenizer(tokenizer).special_token_ids
    save_model_folder(build_base(hf_weights(initial), initial, ids), out / "hf", tokenizer=tokenizer)
    return heldout_bits(out / "hf", corpus)


def weights(out: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(out / "hf" / "model.safetensors")


# --- what a run makes -------------------------------------------------------------------------------------


def test_all_weights_learn_and_the_folder_is_as_pretraining_leaves_it(
    full: tuple[Path, ContinueReport], llama: Path, posts: Path, tmp_path: Path
) -> None:
    out, report = full
    assert report.method == "full" and report.new_tokens == len(SPECIAL_TOKENS) + 2
    assert heldout_bits(out / "hf", posts) < 0.75 * bits_at_the_start(llama, posts, tmp_path)
    assert {path.name for path in (out / "hf").iterdir()} >= {
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json",
    }  # fmt: skip
    assert {field.name for field in fields(PretrainReport)} <= read_report(out).keys()
    written = json.loads((out / "report.json").read_text())
    assert written["base"]["name"] == "open-llama" and written["base"]["licence"] == "apache-2.0"
    rows = read_metrics(out)
    assert [row["step"] for row in rows] == list(range(1, report.steps + 1))
    assert posts_learnt(out, ["p1-0", "p0-0", "else"]) == {"p1-0"}  # p0-0 is held out


def test_the_base_keeps_its_context_and_the_model_has_a_row_a_token(
    full: tuple[Path, ContinueReport],
) -> None:
    out, report = full
    config = json.loads((out / "hf" / "config.json").read_text())
    assert config["max_position_embeddings"] == 512
    assert config["vocab_size"] == report.vocab_size == load_tokenizer(out / "hf").vocab_size
    assert report.parameters == sum(tensor.numel() for tensor in weights(out).values())


def test_a_killed_run_goes_on_and_ends_in_the_same_weights(
    full: tuple[Path, ContinueReport], llama: Path, posts: Path, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    class StopAt15(SilentProgress):
        done, training = 0, False

        def start(self, what: str, total: int | None = None, unit: str = "") -> None:
            self.done, self.training = 0, what == "Training"

        def advance(self, amount: int = 1, note: str = "") -> None:
            self.done += amount
            if self.training and self.done >= 15:
                raise Stop

    with pytest.raises(Stop):
        continue_pretraining(posts, llama, tmp_path, config=FULL, progress=StopAt15())
    report = continue_pretraining(posts, llama, tmp_path, config=FULL)
    assert report.resumed_from_step >= 10
    whole = weights(full[0])
    assert all(np.array_equal(tensor, whole[name]) for name, tensor in weights(tmp_path).items())


def test_lora_learns_and_keeps_its_adapter(
    lora: tuple[Path, Path, ContinueReport], posts: Path, tmp_path: Path
) -> None:
    base, out, report = lora
    assert report.method == "lora"
    assert heldout_bits(out / "hf", posts) < 0.9 * bits_at_the_start(base, posts, tmp_path)
    settings = json.loads((out / "adapter" / "adapter_config.json").read_text())
    assert settings["base_model_name_or_path"] == "base" and settings["r"] == 4
    assert (out / "adapter" / "adapter_model.safetensors").exists() and not (out / "checkpoints").exists()
    assert set(read_metrics(out)[0]) == {
        "step", "tokens", "loss", "learning_rate", "grad_norm", "tokens_per_second", "mfu", "seconds_left",
        "cpu_seconds", "time",
    }  # fmt: skip
    merged, (initial, _) = weights(out), start(base, tmp_path / "again")
    before = hf_weights(initial)
    assert np.array_equal(merged["model.norm.weight"], before["model.norm.weight"])  # LoRA leaves it
    rows = merged["model.embed_tokens.weight"]
    assert np.array_equal(rows[:10], before["model.embed_tokens.weight"][:10])
    bos = load_tokenizer(out / "hf").bos_id
    assert not np.array_equal(rows[bos], before["model.embed_tokens.weight"][bos])  # a new token has learnt


def test_lora_again_makes_the_same_weights(
    lora: tuple[Path, Path, ContinueReport], posts: Path, tmp_path: Path
) -> None:
    base, out, _ = lora
    continue_pretraining(posts, base, tmp_path, config=LORA)
    first = weights(out)
    assert all(np.array_equal(tensor, first[name]) for name, tensor in weights(tmp_path).items())


def test_transformers_llama_cpp_and_the_chat_take_the_result(
    full: tuple[Path, ContinueReport], lora: tuple[Path, Path, ContinueReport], tmp_path: Path
) -> None:
    from transformers import AutoTokenizer

    for kind, out in (("llama", full[0]), ("qwen3", lora[1])):
        ours, theirs = load_tokenizer(out / "hf"), AutoTokenizer.from_pretrained(out / "hf")
        assert (theirs.bos_token_id, theirs.eos_token_id) == (ours.bos_id, ours.end_id)
        assert theirs("a bird").input_ids == [ours.bos_id, *ours.encode_text("a bird")]
        from gguf import GGUFReader

        fields_of = GGUFReader(write_gguf(out / "hf", tmp_path / f"{kind}.gguf")).fields
        assert fields_of["general.architecture"].contents() == kind
        assert fields_of["tokenizer.ggml.eos_token_id"].contents() == ours.end_id


def test_another_run_of_the_same_settings_does_nothing(
    full: tuple[Path, ContinueReport], llama: Path, posts: Path
) -> None:
    assert continue_pretraining(posts, llama, full[0], config=FULL) == full[1]


# --- the weights at step 0 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("llama", {"tied": True}),
        ("llama", {"tied": False, "num_key_value_heads": 4}),
        ("llama", {"rope_parameters": LLAMA3_ROPE}),
        ("llama", {"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}, "rms_norm_eps": 1e-3}),
        ("qwen3", {"tied": True}),
        ("qwen3", {"tied": False}),
        ("mistral", {}),
    ],
)
def test_the_engine_computes_what_the_base_does_and_gives_it_back(
    tmp_path: Path, kind: str, changes: dict[str, Any]
) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    base = make_base(tmp_path / "base", kind, **changes)
    initial, tokenizer = start(base, tmp_path / "tokenizer")
    job = {"initial": json.loads(json.dumps(initial.to_job())), "tokenizer": str(tokenizer)}
    engine = olmo_base_config(initial.shape, initial.vocab_size, seed=1).build(init_device="cpu")
    engine.init_weights()
    load_initial_weights(engine, job)
    export_continued(engine.state_dict(), job, tmp_path / "hf")
    theirs, back = (AutoModelForCausalLM.from_pretrained(path) for path in (base, tmp_path / "hf"))
    ids = torch.from_numpy(np.random.default_rng(0).integers(0, initial.base_tokens, (2, 150)))
    with torch.inference_mode():
        expected = theirs(ids).logits[..., : initial.base_tokens]
        assert expected.std() > 0.1
        assert (engine(ids)[..., : initial.base_tokens] - expected).abs().max() <= 1e-5
        assert (back(ids).logits[..., : initial.base_tokens] - expected).abs().max() <= 1e-5
    rope = json.loads((tmp_path / "hf" / "config.json").read_text())["rope_parameters"]
    assert rope == changes.get("rope_parameters", {"rope_type": "default", "rope_theta": 10_000.0})


def test_new_rows_are_the_mean_of_the_base(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    initial, _ = start(base, tmp_path / "tokenizer")
    before = {name: tensor for path in initial.files for name, tensor in _read(Path(path)).items()}
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        rows = hf_weights(initial)[name]
        kept = before[name][: initial.base_tokens]
        assert len(rows) == initial.vocab_size and np.array_equal(rows[: initial.base_tokens], kept)
        assert np.allclose(rows[initial.base_tokens :], kept.mean(0), atol=1e-6)


def _read(path: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(path)


# --- the tokenizer ----------------------------------------------------------------------------------------

MAKERS: list[Callable[[], Any]] = [
    lambda: byte_level_tokenizer(LLAMA3_SPLIT),
    lambda: byte_level_tokenizer(QWEN_SPLIT),
    sentencepiece_tokenizer,
]


@pytest.mark.parametrize("make", MAKERS, ids=["llama3", "qwen", "sentencepiece"])
def test_no_post_makes_a_special_token_and_text_survives(tmp_path: Path, make: Callable[[], Any]) -> None:
    tmp_path.joinpath("base").mkdir()
    make().save(str(tmp_path / "base" / "tokenizer.json"))
    controls = ["<|language:en|>", "<|month:2026-01|>"]
    extend_tokenizer(tmp_path / "base", tmp_path / "out", controls=controls, rows=1000)
    tokenizer, chat = load_tokenizer(tmp_path / "out"), ChatTokenizer(tmp_path / "out")
    assert len(tokenizer.controls.ids) == 2 and tokenizer.header()[0] == tokenizer.bos_id
    for token in (*SPECIAL_TOKENS, *controls, *OWN_TOKENS, "<think>", "<s>", "</s>", "<0x0A>"):
        for text in (token, f"{token}{token}", f"a bird {token} sings\n{token}", f" {token}"):
            ids = tokenizer.encode_text(text)
            assert not tokenizer.special_ids & set(ids), text
            assert tokenizer.decode(ids, keep_special_tokens=True) == text
            spoken = b"".join(map(chat.token_bytes, ids)).decode()
            assert spoken.removeprefix(chat.first_space) == text
    prompt = chat.encode_chat([Message(role="user", content="hi <|im_start|>system <s> <|assistant|>")])
    assert sum(index in tokenizer.special_ids for index in prompt) == 4  # bos, user, end, assistant


def test_an_existing_token_keeps_its_id_and_white_space_tokens_stay_readable(tmp_path: Path) -> None:
    from tokenizers import AddedToken

    made = byte_level_tokenizer()
    made.add_special_tokens(["<|user|>"])
    made.add_tokens([AddedToken("    ", normalized=False)])
    tmp_path.joinpath("base").mkdir()
    made.save(str(tmp_path / "base" / "tokenizer.json"))
    vocabulary = extend_tokenizer(tmp_path / "base", tmp_path / "out", controls=[], rows=1000)
    tokenizer = load_tokenizer(tmp_path / "out")
    assert vocabulary.size - vocabulary.base_size == len(SPECIAL_TOKENS) - 1
    assert tokenizer.encode_message("user", "")[0] == made.token_to_id("<|user|>")
    assert made.token_to_id("    ") in tokenizer.encode_text("a    b")
    assert tokenizer.decode(tokenizer.encode_text("a    b")) == "a    b"


def test_what_a_normaliser_changes_is_reported(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base", "qwen3")
    changed = extend_tokenizer(base, tmp_path / "out", controls=[], rows=1000).changed_texts
    assert changed and all("\u0301" in text for text in changed)  # NFC joins the accent with its letter


# --- what is refused --------------------------------------------------------------------------------------


def change_config(base: Path, **changes: Any) -> None:
    path = base / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def to_pickle(base: Path) -> None:
    (base / "model.safetensors").rename(base / "pytorch_model.bin")


def cut(base: Path) -> None:
    path = base / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-5000])


def lose_a_shard(base: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors"}}
    (base / "model.safetensors.index.json").write_text(json.dumps(index))


def point_outside(base: Path) -> None:
    index = {"weight_map": {"model.norm.weight": "../../secret.safetensors"}}
    (base / "model.safetensors.index.json").write_text(json.dumps(index))


def lose_a_tensor(base: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(base / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, base / "model.safetensors")


def gaps(base: Path) -> None:
    path = base / "tokenizer.json"
    content = json.loads(path.read_text())
    content["added_tokens"][-1]["id"] += 5
    path.write_text(json.dumps(content))


WRONG: list[tuple[Callable[[Path], Any], str]] = [
    (
        lambda base: change_config(base, model_type="gpt2", architectures=["GPT2LMHeadModel"]),
        "architecture is 'gpt2'",
    ),
    (lambda base: change_config(base, attention_bias=True), "biases"),
    (lambda base: change_config(base, hidden_act="gelu"), "hidden_act is 'gelu'"),
    (lambda base: change_config(base, quantization_config={"quant_method": "gptq"}), "quantised"),
    (
        lambda base: change_config(
            base, rope_parameters={"rope_type": "yarn", "factor": 2.0, "rope_theta": 1e4}
        ),
        "rope scaling is 'yarn'",
    ),
    (lambda base: change_config(base, intermediate_size=128), r"has the shape \(64, 96\)"),
    (lambda base: change_config(base, vocab_size=400), r"config.json says \(400, 64\)"),
    (lambda base: (base / "config.json").write_text("{"), "not valid JSON"),
    (lambda base: (base / "config.json").unlink(), "no config.json"),
    (lambda base: (base / "model.safetensors").unlink(), "no model.safetensors"),
    (to_pickle, "only as pickle"),
    (cut, "cut short or damaged"),
    (lose_a_shard, "lacks model-00001-of-00002.safetensors"),
    (point_outside, "outside its folder"),
    (lose_a_tensor, "lacks the tensor model.layers.1.mlp.up_proj.weight"),
    (lambda base: (base / "tokenizer.json").unlink(), "no tokenizer.json"),
    (lambda base: (base / "tokenizer.json").write_text("[]"), "no tokenizer file"),
    (gaps, "ids with gaps"),
]


@pytest.fixture(scope="module")
def untied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("bases") / "untied")


@pytest.mark.parametrize(("spoil", "complaint"), WRONG, ids=[complaint[:24] for _, complaint in WRONG])
def test_a_base_that_cannot_be_continued_is_one_clear_line(
    untied: Path, posts: Path, tmp_path: Path, spoil: Callable[[Path], Any], complaint: str
) -> None:
    base = tmp_path / "base"
    shutil.copytree(untied, base)
    spoil(base)
    with pytest.raises(BadInput, match=complaint) as caught:
        continue_pretraining(posts, base, tmp_path / "out", config=FULL)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out" / "hf").exists()


def test_the_tokenizer_of_another_model_is_refused(posts: Path, tmp_path: Path) -> None:
    base = make_base(tmp_path / "base", padding=-10)
    with pytest.raises(BadInput, match="334 tokens but the model only 324 embeddings"):
        continue_pretraining(posts, base, tmp_path / "out", config=FULL)


def test_a_mistral_with_a_sliding_window_is_refused(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base", "mistral", sliding_window=64)
    with pytest.raises(BadInput, match="sliding window of 64"):
        read_base(find_base(base))


@pytest.mark.parametrize(
    ("base", "complaint"),
    [
        (Path("nowhere/at/all"), "there is no folder"),
        ("nowhere", "there is no folder"),
        ("nobody/no-such-model-here", "hub cannot be reached"),
        ("nobody/no-such-model-here@main", "hub cannot be reached"),
    ],
)
def test_a_base_that_is_not_there(base: str | Path, complaint: str, posts: Path, tmp_path: Path) -> None:
    with pytest.raises(LinnetError, match=complaint) as caught:
        continue_pretraining(posts, base, tmp_path / "out", config=FULL)
    assert "\n" not in str(caught.value)


def test_sequences_longer_than_the_base_looks_back(untied: Path, posts: Path, tmp_path: Path) -> None:
    config = ContinueConfig(sequence_length=1024, batch_tokens=1024)
    with pytest.raises(WrongUse, match="looks back over 512 tokens"):
        continue_pretraining(posts, untied, tmp_path / "out", config=config)


@pytest.mark.parametrize(
    "settings",
    [{"lora_rank": 0}, {"warmup_fraction": 2.0}, {"lora": True, "cpu_minutes": 1.0}, {"learning_rate": 2.0}],
)
def test_wrong_settings_are_named(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=list(settings)[-1]):
        ContinueConfig(**settings)
