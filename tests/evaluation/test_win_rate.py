from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from linnet.errors import NotReady, WrongUse
from linnet.evaluation.answer_checks import check_answer, loops, same_language
from linnet.evaluation.greedy import GreedyAnswer
from linnet.evaluation.judge import CheckerJudge, ModelJudge, judged_twice, read_verdict
from linnet.evaluation.win_rate import WinRateConfig, standing, win_rate
from linnet.model.prompts import ABSTENTION
from linnet.posts.store import PostStore
from linnet.protocols import Generation, GenerationConfig, Message
from linnet.training.tasks.task import TaskExample
from linnet.workspace import Workspace
from tests.evaluation.threads import make_platform
from tests.evaluation.tiny_models import random_weights, uniform

POST = "The harbour bridge closes on 18 October for repairs."
GROUNDED = TaskExample(
    task="answer_with_citations",
    messages=(
        Message(role="user", content="What do people say about the harbour bridge?"),
        Message(role="assistant", content="x" * 100),
    ),
    post_ids=("p",),
    author_ids=("a",),
    checks={
        "sources": {"1": POST, "2": "I like trains and rain."},
        "citations": ["1"],
        "abstains": False,
        "question": "What do people say about the harbour bridge?",
    },
)
WRITING = TaskExample(
    task="write_post",
    messages=(
        Message(role="user", content="Write a post about #birds"),
        Message(role="assistant", content="This morning I saw the most beautiful birds by the river #birds"),
    ),
    post_ids=("p",),
    author_ids=("a",),
)


def said(text: str, *, finished: bool = True) -> GreedyAnswer:
    return GreedyAnswer(text=text, tokens=len(text), finished=finished)


def reply(text: str, number: int, quote: str) -> GreedyAnswer:
    sentence = {"text": text, "citations": [{"id": number, "quote": quote}]}
    return said(json.dumps({"answerable": True, "sentences": [sentence]}))


GOOD = reply("The harbour bridge closes on 18 October.", 1, "harbour bridge closes on 18 October")


@pytest.mark.parametrize(
    ("example", "answer", "failed"),
    [
        (GROUNDED, GOOD, set()),
        (GROUNDED, reply("The harbour bridge closes in May 2031.", 1, POST), {"supported"}),
        (
            GROUNDED,
            reply("The harbour bridge closes.", 1, "the bridge is open all year"),
            {"quotes_truly", "supported"},
        ),
        (GROUNDED, reply("I like trains.", 2, "I like trains"), {"cites_an_answering_post"}),
        (
            GROUNDED,
            reply(POST, 7, POST),
            {"cites_existing_posts", "cites_an_answering_post", "quotes_truly"},
        ),
        (WRITING, said("Lovely weather today, the birds are singing again #birds"), set()),
        (WRITING, said("Lovely weather today, the birds are singing again"), {"has_the_hashtag"}),
        (WRITING, said("Die Vögel singen heute Morgen sehr schön am Fluss #birds"), {"language"}),
        (WRITING, said("we sing at dawn and " * 9 + "#birds"), {"no_loop"}),
        (WRITING, said("Lovely weather, the birds are singing #birds", finished=False), {"ends"}),
        (WRITING, said("#birds"), {"adds_to_the_prompt"}),
    ],
)
def test_checks(example: TaskExample, answer: GreedyAnswer, failed: set[str]) -> None:
    assert {name for name, passed in check_answer(example, answer).items() if not passed} == failed


def test_abstaining_is_right_only_where_no_post_answers() -> None:
    unanswerable = TaskExample(
        task="abstain",
        messages=(*GROUNDED.prompt, Message(role="assistant", content=ABSTENTION)),
        post_ids=(),
        author_ids=(),
        checks={**GROUNDED.checks, "citations": [], "abstains": True},
    )
    assert all(check_answer(unanswerable, said(ABSTENTION)).values())
    assert not check_answer(unanswerable, GOOD)["abstains_where_it_must"]
    assert not check_answer(GROUNDED, said(ABSTENTION))["abstains_where_it_must"]


def test_saying_nothing_passes_no_check() -> None:
    for example in (GROUNDED, WRITING):
        for text in ("", " \n", "..."):
            assert not any(check_answer(example, said(text)).values())


def test_loops_and_languages() -> None:
    assert loops("ha" * 20) and loops("one two three four " * 3) and not loops("one two three four " * 2)
    assert not loops("The birds are singing over the river this morning.")
    assert same_language("en", "The birds are singing over the river.") and not same_language(
        "de", "The birds sing"
    )
    assert not same_language("en", "")


class PositionLover:
    """A judge that always prefers what stands first."""

    id, version = "position", 1

    def compare(self, example: TaskExample, first: GreedyAnswer, second: GreedyAnswer) -> int:
        return 1


class Scripted:
    """A language model that answers with what it was given."""

    name, capable = "scripted", True

    def __init__(self, *answers: str) -> None:
        self.answers, self.seen = list(answers), []

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation:
        self.seen.append(messages)
        return Generation(
            text=self.answers.pop(0), prompt_tokens=0, completion_tokens=0, finish_reason="stop"
        )


def test_judging_twice_takes_positions_out() -> None:
    bad = said("")
    assert judged_twice(CheckerJudge(), GROUNDED, GOOD, bad) == (1, True)
    assert judged_twice(CheckerJudge(), GROUNDED, bad, GOOD) == (-1, True)
    assert judged_twice(CheckerJudge(), GROUNDED, GOOD, GOOD) == (0, True)
    assert judged_twice(PositionLover(), GROUNDED, GOOD, bad) == (0, True)
    model = Scripted(
        '{"better": "A"}', 'Well: {"better": "B"}', '{"better": "A"}', '{"better": "A"}', "hm", "{}"
    )
    judge = ModelJudge(model)  # type: ignore[arg-type]
    assert [judged_twice(judge, GROUNDED, GOOD, bad) for _ in range(3)] == [(1, True), (0, True), (0, False)]
    shown = model.seen[0][1].content
    assert (
        shown.count("\n") == 3 and json.loads(shown.splitlines()[1])["A"] == GOOD.text
    )  # data stays on its line


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('{"better": "tie"}', 0),
        ('{"better": "a"}', None),
        ('{"better": ["A"]}', None),
        ("{" * 9, None),
        ("", None),
    ],
)
def test_verdicts(text: str, verdict: int | None) -> None:
    assert read_verdict(text) == verdict


def test_standing_and_interval() -> None:
    found = standing("all", [1] * 6 + [0] * 2 + [-1] * 2)
    assert (found.wins, found.ties, found.losses, found.win_rate) == (6, 2, 2, 0.7)
    assert found.low < 0.7 < found.high


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, PostStore]:
    return make_platform(tmp_path_factory.mktemp("win-rate"), count=30)


def test_two_models_meet(platform: tuple[Workspace, PostStore], tmp_path: Path) -> None:
    workspace, _ = platform
    tokenizer = workspace.root / "tokenizer"
    one = random_weights(tmp_path / "one", tokenizer, context_length=700)
    other = uniform(tmp_path / "other", tokenizer, context_length=700)  # its likeliest token is a special one
    config = WinRateConfig(per_task=2, max_tokens=4)
    report = win_rate(workspace, one, other, config=config)
    assert report.judge == "checker" and report.overall.prompts == sum(one.prompts for one in report.by_task)
    tasks = {one.task for one in report.by_task}
    assert {"reply", "answer_with_citations"} <= tasks and not tasks & set(report.tasks_left_out)
    assert report.overall.losses == 0 and report.checks["says_something"]["against"] == 0.0
    same = win_rate(workspace, one, one, config=config, against_is_chat=True)
    assert same.overall.ties == same.overall.prompts and same.overall.win_rate == 0.5


def test_a_model_as_judge_sees_only_what_may_be_used_to_generate(
    platform: tuple[Workspace, PostStore], tmp_path: Path
) -> None:
    workspace, _ = platform
    one = random_weights(tmp_path / "one", workspace.root / "tokenizer", context_length=300)
    config = WinRateConfig(tasks=("reply",), per_task=2, max_tokens=4)
    judge = ModelJudge(Scripted(*['{"better": "tie"}'] * 4))  # type: ignore[arg-type]
    assert win_rate(workspace, one, one, config=config, judge=judge).overall.ties == 2
    settings = workspace.settings_path.read_text(encoding="utf-8")
    workspace.settings_path.write_text(
        settings.replace('default_generate = "allow"', 'default_generate = "deny"'), encoding="utf-8"
    )
    try:
        with pytest.raises(NotReady, match="may be used to train and generate"):
            win_rate(workspace, one, one, config=config, judge=judge)
    finally:
        workspace.settings_path.write_text(settings, encoding="utf-8")


def test_wrong_use(platform: tuple[Workspace, PostStore], tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match='there is no task "poem"'):
        WinRateConfig(tasks=("poem",))
    with pytest.raises(NotReady, match="no model in"):
        win_rate(platform[0], tmp_path, tmp_path, config=WinRateConfig())
    small = random_weights(tmp_path / "one", platform[0].root / "tokenizer", context_length=16)
    with pytest.raises(NotReady, match="no prompt of"):
        win_rate(platform[0], small, small, config=WinRateConfig(max_tokens=12))
