"""Instruction tasks made from the corpus itself, without a language model: one file a task.

task         what a task and its examples are
posts        the corpus' posts as sources: what can be quoted, what shares words with what
subjects     what a post is about, in its own words, and how one asks about it
The others   one task each; `catalogue` lists them
"""
