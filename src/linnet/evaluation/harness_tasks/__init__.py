"""Linnet's own tasks for lm-evaluation-harness: a YAML file each; `examples` makes their documents from the corpus."""
