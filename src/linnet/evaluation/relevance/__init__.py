"""How good a search is: topics, judgements (qrels) and runs in TREC's forms, and what they measure."""
