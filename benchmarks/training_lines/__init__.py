"""The lines of benchmarks/training.py, one file each."""
