"""Recipes: the settings of every stage for a model of one size, and which of them a workspace is built with."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from linnet.corpus.curate import CurateConfig
from linnet.corpus.settings import with_settings
from linnet.errors import WrongUse
from linnet.evaluation.heldout import HeldoutConfig
from linnet.lineage import write_atomically
from linnet.model.presets import VOCABULARIES
from linnet.model.tokenizer import TokenizerConfig
from linnet.provenance.build import ProvenanceConfig
from linnet.retrieval.index import IndexConfig
from linnet.training.adapters import AdapterConfig
from linnet.training.continued import ContinueConfig
from linnet.training.dpo import DpoConfig
from linnet.training.pretrain import PretrainConfig
from linnet.training.sft import SftConfig
from linnet.workspace import Workspace, settings_for

CHAT_CONTEXT = 512
"""Tokens that a small model takes: posts are short, but a question with the posts that answer it is longer. Fine-tuning
teaches the positions that pretraining on shorter sequences never saw."""


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    quantisation: str = "q8_0"  # the GGUF type of the weight matrices
    merge: bool = False  # whether the adapters' mean is added to the chat model's weights


@dataclass(frozen=True, kw_only=True)
class Continuation:
    """Pretraining that goes on from an open base instead of from nothing."""

    base: str  # a folder or a hub id
    config: ContinueConfig = field(default_factory=ContinueConfig)


@dataclass(frozen=True, kw_only=True)
class RecipeChoice:
    """A recipe's name and what was asked to be different; kept in the workspace, so that later builds do the same."""

    name: str = "nano"
    cpu_minutes: float = 0.0  # of pretraining; 0: as long as the recipe says
    base: str = ""  # an open base to go on from
    lora: bool = False  # whether only low-rank changes to that base are trained


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of every stage."""

    name: str
    choice: RecipeChoice = field(default_factory=RecipeChoice)  # what it was made from
    curate: CurateConfig = field(default_factory=CurateConfig)
    tokenizer: TokenizerConfig = field(
        default_factory=lambda: TokenizerConfig(vocab_size=VOCABULARIES["nano"])
    )
    pretrain: PretrainConfig | Continuation = field(
        default_factory=lambda: PretrainConfig(context_length=CHAT_CONTEXT)
    )
    evaluate: HeldoutConfig = field(default_factory=HeldoutConfig)
    adapters: AdapterConfig = field(default_factory=AdapterConfig)
    sft: SftConfig = field(default_factory=SftConfig)
    dpo: DpoConfig = field(default_factory=DpoConfig)
    export: ExportConfig = field(default_factory=ExportConfig)
    provenance: ProvenanceConfig = field(default_factory=ProvenanceConfig)
    index: IndexConfig = field(default_factory=IndexConfig)


def pico() -> Recipe:
    """The whole line in half a minute, to try things out: the model is too small to say anything."""
    return Recipe(
        name="pico",
        tokenizer=TokenizerConfig(vocab_size=1024, max_sample_documents=5_000),
        pretrain=PretrainConfig(
            overrides={"d_model": 64, "n_layers": 2, "n_heads": 2, "n_kv_heads": 2, "hidden_size": 128},
            sequence_length=128,
            batch_tokens=1024,
            max_tokens=60_000,
            warmup_steps=5,
            checkpoint_every_steps=10,
        ),
        evaluate=HeldoutConfig(max_posts=200),
        sft=SftConfig(max_steps=10, max_heldout_conversations=20),
        dpo=DpoConfig(max_pairs=32, max_heldout_pairs=20, guard_posts=20),
        index=IndexConfig(max_embedded=2_000, batch_rows=256, commit_rows=1_000),
    )


def nano() -> Recipe:
    """A model of 3 million parameters in minutes of CPU; up to 50,000 posts embedded at once."""
    return Recipe(name="nano")


def micro() -> Recipe:
    """A model of 12 million parameters in half an hour of CPU."""
    return Recipe(
        name="micro",
        tokenizer=TokenizerConfig(vocab_size=VOCABULARIES["micro"]),
        pretrain=PretrainConfig(
            preset="micro",
            sequence_length=128,
            context_length=CHAT_CONTEXT,
            max_tokens=20_000_000,
            learning_rate=0.02,
            embedding_learning_rate=0.002,
            pair_steps=150,
        ),
    )


def small() -> Recipe:
    """A model of 120 million parameters: hours on one GPU."""
    return on_accelerators(
        "small", sequence_length=1024, batch_tokens=2**19, learning_rate=6e-4, tokens=10**10
    )


def one_b() -> Recipe:
    return on_accelerators("1b", sequence_length=4096, batch_tokens=2**21, learning_rate=4e-4, tokens=10**11)


def seven_b() -> Recipe:
    return on_accelerators("7b", sequence_length=4096, batch_tokens=2**22, learning_rate=3e-4, tokens=10**12)


def seventy_b() -> Recipe:
    return on_accelerators(
        "70b", sequence_length=4096, batch_tokens=5120 * 4096, learning_rate=1.5e-4, tokens=10**13
    )


def three_hundred_b() -> Recipe:
    return on_accelerators(
        "300b", sequence_length=4096, batch_tokens=2**24, learning_rate=8e-5, tokens=10**13
    )


def on_accelerators(
    preset: str, *, sequence_length: int, batch_tokens: int, learning_rate: float, tokens: int
) -> Recipe:
    """AdamW, compiled, weight decay 0.1: as Llama 3's models were trained (Grattafiori et al. 2024, section 3.4)."""
    return Recipe(
        name=preset,
        tokenizer=TokenizerConfig(vocab_size=VOCABULARIES[preset], max_sample_documents=2_000_000),
        pretrain=PretrainConfig(
            preset=preset,
            sequence_length=sequence_length,
            max_tokens=tokens,
            max_epochs=4.0,
            batch_tokens=batch_tokens,
            microbatch_tokens=sequence_length,
            optimizer="adamw",
            learning_rate=learning_rate,
            embedding_learning_rate=learning_rate,
            warmup_steps=2_000,
            final_learning_rate_fraction=0.1,
            weight_decay=0.1,
            pair_steps=0,
            compile=True,
        ),
    )


RECIPES: Mapping[str, Callable[[], Recipe]] = {
    "pico": pico, "nano": nano, "micro": micro, "small": small,
    "1b": one_b, "7b": seven_b, "70b": seventy_b, "300b": three_hundred_b,
}  # fmt: skip

RECIPE_FILE = "recipe"
"""In a workspace: the recipe that it was last built with."""


def recipe_named(name: str) -> Recipe:
    if name not in RECIPES:
        raise WrongUse(f'there is no recipe "{name}"; choose from: {", ".join(RECIPES)}')
    return dataclasses.replace(RECIPES[name](), choice=RecipeChoice(name=name))


def chosen_recipe(workspace: Workspace) -> RecipeChoice:
    """What the workspace was last built with, else nano."""
    path = workspace.root / RECIPE_FILE
    if not path.exists():
        return RecipeChoice()
    try:
        return RecipeChoice(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise WrongUse(
            f"{path} cannot be read ({error}); delete it and name the recipe: --recipe nano"
        ) from error


def keep_choice(workspace: Workspace, choice: RecipeChoice) -> None:
    write_atomically(workspace.root / RECIPE_FILE, json.dumps(dataclasses.asdict(choice)))


def recipe_of(workspace: Workspace, choice: RecipeChoice | str | None = None) -> Recipe:
    """The recipe of this choice; without one, the one that the workspace was last built with.

    What [corpus] and [adapters] in linnet.toml say holds in every recipe.
    """
    if choice is None:
        choice = chosen_recipe(workspace)
    elif isinstance(choice, str):
        before = chosen_recipe(workspace)
        choice = before if before.name == choice else RecipeChoice(name=choice)
    recipe = recipe_named(choice.name)
    settings = workspace.settings() if workspace.settings_path.exists() else {}
    return dataclasses.replace(
        recipe,
        choice=choice,
        curate=with_settings(recipe.curate, settings.get("corpus", {}), workspace.root),
        pretrain=_pretraining(recipe.pretrain, choice),
        adapters=_adapter_settings(recipe.adapters, settings.get("adapters", {})),
    )


def _pretraining(
    config: PretrainConfig | Continuation, choice: RecipeChoice
) -> PretrainConfig | Continuation:
    if choice.base:
        if choice.cpu_minutes:
            raise WrongUse(
                f"--cpu-minutes is for pretraining from nothing, and this goes on from {choice.base}; leave it out, "
                'or train from nothing: --from ""'
            )
        return Continuation(base=choice.base, config=ContinueConfig(lora=choice.lora))
    if choice.lora:
        raise WrongUse("--lora changes an open base; name one with --from")
    if not choice.cpu_minutes or isinstance(config, Continuation):
        return config
    return dataclasses.replace(config, cpu_minutes=choice.cpu_minutes, max_tokens=UNLIMITED_TOKENS)


UNLIMITED_TOKENS = 10**15


def _adapter_settings(config: AdapterConfig, settings: Mapping[str, Any]) -> AdapterConfig:
    try:
        return dataclasses.replace(config, **settings_for(AdapterConfig, settings))
    except (TypeError, ValueError) as error:
        raise WrongUse(f"[adapters] in linnet.toml cannot be used: {error}") from error
