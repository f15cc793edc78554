"""Answers on a simulated platform, whose truth is known: does an answer cite a post that says it?

linnet simulate SIM --posts 20000; linnet init W; linnet --workspace W ingest SIM/posts.parquet
linnet --workspace W index; python benchmarks/answers.py W SIM
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe


def main() -> None:
    from linnet.wiring import Platform
    from linnet.workspace import find_workspace

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("simulated", type=Path)
    chosen = parser.parse_args()
    platform = Platform(find_workspace(chosen.workspace))
    rows: dict[str, Counter[str]] = {}
    for line in (chosen.simulated / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        answer = platform.ask(question["question"])
        cited = {
            citation["post_id"] for sentence in answer["sentences"] for citation in sentence["citations"]
        }
        right = {*question["post_ids"], *question.get("thread_post_ids", ())}
        kind = question["language"] if question["post_ids"] else "no post answers"
        rows.setdefault(kind, Counter()).update(
            questions=1,
            abstained=answer["abstained"],
            right=bool(cited & right),
            first=bool(first_cited(answer) & right),
        )
    print(describe("tantivy", "lancedb"))
    print(f"{'questions in':<18}{'asked':>8}{'abstained':>11}{'a right post cited':>20}{'cited first':>13}")
    for kind, counts in sorted(rows.items()):
        print(
            f"{kind:<18}{counts['questions']:>8}{counts['abstained']:>11}{counts['right']:>20}{counts['first']:>13}"
        )


def first_cited(answer: dict) -> set[str]:
    return {citation["post_id"] for sentence in answer["sentences"][:1] for citation in sentence["citations"]}


if __name__ == "__main__":
    main()
