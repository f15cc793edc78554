"""Posts -> index -> candidates: by words (BM25) and by meaning (vectors), for whoever asks."""
