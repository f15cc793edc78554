"""A trained model that answers: engines that fulfil `protocols.LanguageModel`, and the OpenAI-compatible API.

gguf.py            a Hugging Face folder -> one q8_0 GGUF file
chat_tokens.py     messages -> token ids; special tokens are never read out of text
text_assembler.py  token bytes -> text that is safe to show, up to a stop string
engines/           embedded (OpenVINO), transformers, remote, canned; `open_language_model` picks one
api/               /v1, /healthz and /metrics as a FastAPI router and app
"""
