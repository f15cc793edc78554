"""Pairs of answers of which one is better, to tune the chat model with. One file a source.

pair.py        what a pair is, and its token ids
checks.py      the platform's own checks: the right citation against a wrong one, an answer against an abstention
ratings.py     answers that readers rated; ratings_table.py keeps the ratings
engagement.py  replies that the asker thanked for, against others to the same question
gather.py      all of them, checked and chosen for one split of the corpus
measure.py     how often a model prefers the better side, with its uncertainty
"""
