"""Settings under which a whole pretraining run takes seconds."""

from linnet.training.pretrain import PretrainConfig

TINY_SHAPE = {"d_model": 64, "n_layers": 2, "n_heads": 2, "n_kv_heads": 2, "hidden_size": 96}
TINY = PretrainConfig(
    overrides=TINY_SHAPE,
    sequence_length=32,
    batch_tokens=256,
    max_epochs=2.0,
    checkpoint_every_steps=10,
    threads=1,
)
