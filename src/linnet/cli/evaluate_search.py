"""linnet evaluate search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, show, table

Mapping = "FIELD=COLUMN,..."


def search(
    documents: Annotated[Path, typer.Option(help="A table of documents: .parquet, .csv, .tsv, .jsonl.")],
    topics: Annotated[Path, typer.Option(help="A table of the posts or queries to rank them for.")],
    mapping: Annotated[
        str, typer.Option("--map", metavar=Mapping, help="id, title, text of a document.")
    ] = "",
    topic_mapping: Annotated[
        str, typer.Option("--topic-map", metavar=Mapping, help="id, text of a topic.")
    ] = "",
    qrels: Annotated[
        Path | None, typer.Option(help="Judgements: a table, or TREC's four columns. Without: no figures.")
    ] = None,
    qrels_mapping: Annotated[
        str, typer.Option("--qrels-map", metavar=Mapping, help="query, id, relevance of a judgement.")
    ] = "",
    run: Annotated[Path | None, typer.Option(help="Write the ranking here as a TREC run file.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another run file to compare with; needs --qrels.")
    ] = None,
    ranker: Annotated[
        str, typer.Option(help="learned (the default for claims), bm25, minilm or rrf.")
    ] = "learned",
    fusion: Annotated[
        Path | None, typer.Option(help="A fusion that --learn wrote, for the shipped one.")
    ] = None,
    learn: Annotated[
        Path | None, typer.Option(help="Learn a fusion from --qrels and write it here, instead of ranking.")
    ] = None,
    depth: Annotated[int, typer.Option(min=1, max=1000, help="Documents a topic.")] = 100,
    as_json: Json = False,
) -> None:
    """Rank documents for posts and measure it: does search find the claim that a post is about?"""
    from linnet.errors import WrongUse
    from linnet.evaluation.relevance import documents as ranking
    from linnet.evaluation.relevance.measures import measure_topics, p_value, summarise
    from linnet.evaluation.relevance.tables import (
        DOCUMENT_FIELDS,
        QREL_FIELDS,
        TOPIC_FIELDS,
        parse_mapping,
        read_documents,
        read_qrels,
        read_topics,
    )
    from linnet.evaluation.relevance.trec import read_run, write_run
    from linnet.lineage import write_atomically
    from linnet.progress import terminal_progress
    from linnet.retrieval.claims.fusion import read_fusion, shipped_fusion
    from linnet.retrieval.embedder import MiniLMEmbedder

    if qrels is None and (learn or against):
        raise WrongUse(f"--{'learn' if learn else 'against'} needs judgements; give --qrels")
    found_documents = read_documents(documents, parse_mapping(mapping, DOCUMENT_FIELDS))
    found_topics = read_topics(topics, parse_mapping(topic_mapping, TOPIC_FIELDS))
    judged = read_qrels(qrels, parse_mapping(qrels_mapping, QREL_FIELDS)) if qrels else None
    other = read_run(against) if against else None
    embedder = MiniLMEmbedder(ranking.embedder_cache())
    with terminal_progress() as progress:
        if learn is not None:
            assert judged is not None
            learnt = ranking.learn_from(
                found_documents, found_topics, judged, embedder=embedder, name=topics.name, progress=progress
            )
            import json

            write_atomically(learn, json.dumps(learnt.to_json(), indent=1) + "\n")
            show({"fusion": str(learn), **learnt.to_json()}, as_json, _weights)
            return
        made = ranking.rank_documents(
            found_documents,
            found_topics,
            embedder=embedder,
            fusion=read_fusion(fusion) if fusion else shipped_fusion(),
            ranker=ranker,
            depth=depth,
            progress=progress,
        )
    if run is not None:
        write_run(run, made, tag=f"linnet-{ranker}")
    value: dict[str, Any] = {
        "ranker": ranker,
        "documents": len(found_documents),
        "topics": len(found_topics),
        "run": str(run) if run else None,
    }
    if judged is not None:
        ours = measure_topics(made, judged)
        value["judged_topics"] = len(next(iter(ours.values())))
        value["measures"] = {name: measured.to_json() for name, measured in summarise(ours).items()}
        if other is not None:
            theirs = measure_topics(other, judged)
            value["against"] = {
                name: {
                    "value": round(float(theirs[name].mean()), 4),
                    "p": round(p_value(ours[name], theirs[name]), 4),
                }
                for name in ours
            }
    else:
        value["results"] = {topic: [document for document, _ in hits[:5]] for topic, hits in made.items()}
    show(value, as_json, _human)


def _human(value: dict[str, Any]) -> str:
    title = f"{value['ranker']}: {value['topics']:,} topics over {value['documents']:,} documents"
    if "measures" not in value:
        return title + (f"; run in {value['run']}" if value["run"] else "; give --run to keep the ranking")
    rows = []
    for name, found in value["measures"].items():
        row: dict[str, Any] = {"measure": name, "value": f"{found['value']:.4f}"}
        row["95% interval"] = f"{found['low']:.4f} to {found['high']:.4f}"
        if other := value.get("against", {}).get(name):
            row |= {"against": f"{other['value']:.4f}", "p": f"{other['p']:.4f}"}
        rows.append(row)
    return table(title, rows)


def _weights(value: dict[str, Any]) -> str:
    rows = [
        {"feature": row["name"], "weight": f"{row['weight']:.3f}"}
        for row in sorted(value["features"], key=lambda row: -abs(row["weight"]))
    ]
    return table(f"learnt from {value['learnt_from']}, written to {value['fusion']}", rows)
