"""Posts -> documents. `curate` is the stage; the other files are its steps, in this order:

language    which language a post is in, decided on what its author wrote
quality     whether a model can learn language from it
privacy     addresses, phones, cards and IPs become typed placeholders
duplicates  exact and near duplicates; the oldest stays
threads     a document is a conversation in reply order
"""
