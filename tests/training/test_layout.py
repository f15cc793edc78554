from __future__ import annotations

import dataclasses
import itertools

import pytest

from linnet.errors import WrongUse
from linnet.model.presets import PRESETS, VOCABULARIES, architecture
from linnet.training.layout import (
    DEFAULTS,
    Layout,
    default_batch_sequences,
    default_layout,
    pipeline_layers,
    refuse_wrong_layout,
    train_module_parallel_kwargs,
)
from linnet.training.layout_check import (
    LayoutReport,
    RankMemory,
    check_layout,
    formula_state_bytes,
    refuse_too_large,
)
from linnet.training.layout_worker import activation_bytes

TINY = {"n_layers": 4, "d_model": 128, "n_heads": 4, "n_kv_heads": 4, "hidden_size": 256}


def refuse(preset: str, layout: Layout, ranks: int, **changes: int) -> None:
    refuse_wrong_layout(
        architecture(preset),
        changes.pop("vocab_size", VOCABULARIES[preset]),
        layout,
        ranks=ranks,
        sequence_length=changes.pop("sequence_length", 4096),
        batch_sequences=changes.pop("batch_sequences", default_batch_sequences(layout)),
    )


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("ranks", [1, 8, 512, 10_240, 16_384])
def test_a_default_layout_uses_every_rank_and_breaks_no_rule(preset: str, ranks: int) -> None:
    layout = default_layout(preset, ranks)
    assert layout.ranks == ranks
    refuse(preset, layout, ranks, sequence_length=DEFAULTS[preset].sequence_length)


@pytest.mark.parametrize(
    ("preset", "layout", "ranks", "changes", "line"),
    [
        ("7b", Layout(dp_shard=3, tp=4), 16, {}, "16 ranks are not dp 3 x tp 4 x pp 1 x cp 1 = 12"),
        ("7b", Layout(tp=3), 3, {}, "32 heads and 8 key heads cannot be shared by tp 3"),
        ("7b", Layout(tp=16), 16, {}, "32 heads and 8 key heads cannot be shared by tp 16"),
        ("7b", Layout(tp=4, cp=4), 16, {}, "cannot be shared by tp 4 x cp 4"),
        ("7b", Layout(pp=32), 32, {}, "32 layers are fewer than two chunks for each of pp 32"),
        ("1b", Layout(pp=2), 2, {}, "pp 2 cannot be used with tied embeddings"),
        ("7b", Layout(dp_shard=8), 8, {"batch_sequences": 12}, "12 sequences is not divisible by dp 8 x microbatch 1"),
        ("7b", Layout(dp_shard=8, microbatch=2), 8, {"batch_sequences": 8}, "use a multiple of 16"),
        ("7b", Layout(pp=4), 4, {"batch_sequences": 9}, "cannot take 9 microbatches in equal rounds"),
        ("7b", Layout(cp=8), 8, {"sequence_length": 4100}, "4,100 is not divisible by cp 8"),
        ("7b", Layout(tp=8), 8, {"sequence_length": 4100}, "is not divisible by tp 8"),
        ("7b", Layout(tp=8), 8, {"vocab_size": 50_257}, "the vocabulary 50,257 is not divisible by tp 8"),
    ],
)  # fmt: skip
def test_a_wrong_layout_is_one_clear_line(
    preset: str, layout: Layout, ranks: int, changes: dict[str, int], line: str
) -> None:
    with pytest.raises(WrongUse) as refused:
        refuse(preset, layout, ranks, **changes)
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_degree_below_one_and_an_unknown_checkpointing_are_refused() -> None:
    with pytest.raises(WrongUse, match="tp is 0"):
        Layout(tp=0)
    with pytest.raises(WrongUse, match='"some"'):
        Layout(activation_checkpointing="some")  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="unknown"):
        default_layout("9b", 8)
    with pytest.raises(WrongUse, match="ranks is 0"):
        default_layout("7b", 0)


@pytest.mark.parametrize(
    ("layout", "kind"),
    [
        (Layout(), "none"),
        (Layout(dp_replicate=8), "ddp"),
        (Layout(dp_shard=8), "fsdp"),
        (Layout(dp_replicate=2, dp_shard=4), "hsdp"),
        (Layout(tp=2), "fsdp"),
        (Layout(dp_replicate=4, tp=2), "hsdp"),
    ],
)
def test_the_trainer_is_configured_with_the_layout(layout: Layout, kind: str) -> None:
    kwargs = train_module_parallel_kwargs(layout)
    assert layout.data_parallel == kind
    assert ("dp_config" in kwargs) == (kind != "none")
    if kind == "hsdp":
        assert kwargs["dp_config"].get_replicate_and_shard_degree(layout.dp) == (
            layout.dp_replicate,
            layout.dp_shard,
        )
    assert ("tp_config" in kwargs) == (layout.tp > 1)


@pytest.mark.parametrize(("n_layers", "pp"), [(80, 4), (92, 16), (4, 2), (33, 4), (15, 4)])
def test_pipeline_layers_are_those_of_the_trainer(n_layers: int, pp: int) -> None:
    config = train_module_parallel_kwargs(Layout(pp=pp))["pp_config"]
    edges = [0, *config.get_split_points(n_layers), n_layers]
    chunks = [after - before for before, after in itertools.pairwise(edges)]
    theirs = [sum(chunks[stage] for stage in config.stage_ids_this_rank(rank, 2 * pp)) for rank in range(pp)]
    assert pipeline_layers(n_layers, pp) == theirs


def test_a_rank_that_does_not_fit_is_refused_with_what_is_large() -> None:
    rank = RankMemory(
        rank=7, stage=0, layers=2, parameters=10**9, weights=4 * 10**9, gradients=4 * 10**9, optimizer=8 * 10**9,
        working=10**9, activations=60 * 10**9, formula_state=16 * 10**9,
    )  # fmt: skip
    report = LayoutReport(
        preset="7b", ranks=8, layout=Layout(dp_shard=8), parameters=8 * 10**9, vocab_size=131_072,
        sequence_length=4096, batch_tokens=32_768, pipeline_bubble=0.0, memory_gb=80.0, rank_memory=(rank,),
        seconds=1.0, peak_memory_bytes=1,
    )  # fmt: skip
    with pytest.raises(
        WrongUse, match=r"needs 77\.0 GB on rank 7, more than 72\.0 GB.*activations: use a smaller"
    ):
        refuse_too_large(report)
    refuse_too_large(dataclasses.replace(report, memory_gb=96.0))


def test_shards_of_all_ranks_are_the_model_and_agree_with_the_formula() -> None:
    layout = Layout(dp_shard=2, tp=2, cp=2, microbatch=2, activation_checkpointing="full")
    report = check_layout("micro", layout, 8, 64, overrides=TINY, vocab_size=512, check_ranks=tuple(range(8)))
    norms = (2 * TINY["n_layers"] + 1) * TINY["d_model"]  # every tensor parallel rank has them
    held = sum(one.parameters for one in report.rank_memory)
    assert held == report.parameters + norms
    for one in report.rank_memory:
        assert one.weights == one.gradients == 4 * one.parameters
        assert 8 * one.parameters <= one.optimizer <= 8 * one.parameters + 400  # and a step count a parameter
        assert one.state == pytest.approx(one.formula_state, rel=0.02)
        assert one.activations > 0


def test_pipeline_ranks_hold_the_model_between_them() -> None:
    layout = Layout(dp_shard=2, pp=2, activation_checkpointing="full")
    report = check_layout("micro", layout, 4, 64, overrides=TINY, vocab_size=512, check_ranks=(0, 1, 2, 3))
    assert sum(one.parameters for one in report.rank_memory) == report.parameters
    assert [one.stage for one in report.rank_memory] == [0, 0, 1, 1]
    assert [one.layers for one in report.rank_memory] == [2, 2, 2, 2]
    for one in report.rank_memory:
        assert one.state == pytest.approx(one.formula_state, rel=0.01)
    assert 0 < report.pipeline_bubble < 1


def test_what_the_trainers_pipeline_cannot_send_is_refused() -> None:
    with pytest.raises(
        WrongUse, match="tp 2 cannot be combined with pp 2: the trainer's pipeline sends 8,192 numbers"
    ):
        check_layout("micro", Layout(tp=2, pp=2), 4, 64, overrides=TINY, vocab_size=512)


def test_one_rank_needs_no_group() -> None:
    (rank,) = check_layout("micro", Layout(microbatch=4), 1, 64, overrides=TINY, vocab_size=64).rank_memory
    assert rank.state == pytest.approx(rank.formula_state, rel=0.01)
    assert rank.working == 2 * rank.parameters  # their bfloat16 copy


def test_checkpointing_keeps_the_inputs_of_blocks_and_one_block() -> None:
    saved = {"block": 100, "block_input": 3, "head": 50, "head_largest": 40}
    assert activation_bytes(Layout(), 8, saved, head=False, in_flight=1) == 800
    assert activation_bytes(Layout(), 8, saved, head=True, in_flight=1) == 890
    full = Layout(activation_checkpointing="full")
    assert activation_bytes(full, 8, saved, head=True, in_flight=1) == 24 + 100
    assert activation_bytes(full, 8, saved, head=True, in_flight=2.5) == 60 + 100


def test_70b_builds_for_10240_ranks() -> None:
    report = check_layout("70b", default_layout("70b", 10_240), 10_240)
    largest = report.largest
    assert largest.state == pytest.approx(
        formula_state_bytes(PRESETS["70b"], VOCABULARIES["70b"], report.layout, 0), rel=0.01
    )
    assert largest.total < 10e9
