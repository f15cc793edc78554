"""Watching a pretraining run: what it reports while it goes on, and what it does when it goes wrong.

config.py       the settings: [training] in linnet.toml
metrics.py      out/metrics.jsonl: a line a step
progress.py     how fast a run is, how well it uses the machine, how long still
peak.py         what the machine can do at most
batches.py      which sequences a batch is made of, and which documents of which shard those are
stops.py        NaN: the line that names the batch
spikes.py       when a loss is a spike
rewinds.py      out/rewinds.jsonl: where a run went back to, and which batches it leaves out
callbacks.py    all of it, hooked into OLMo-core's trainer
tensorboard.py  the same figures for TensorBoard
run.py          what stands in a run's folder, for pages and programs that look on
"""

WATCH_PARTS = ("metrics.jsonl", "rewinds.jsonl", "stopped.json", "tensorboard")
"""What watching writes into a run's folder."""
