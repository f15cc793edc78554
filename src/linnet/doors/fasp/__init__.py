"""A Fediverse Auxiliary Service Provider: Mastodon and others share posts with us and ask us for accounts and trends.

digest.py, signature.py      RFC 9530 and RFC 9421, as much of them as the protocol uses
keys.py, server_book.py      one key pair for each server; what is known of each server
registration.py, client.py   what we ask of a server
access.py, routes.py         what a server asks of us: every request verified, every answer signed
announcement.py, announcement_book.py, receive.py    what a server announces, kept until it is done
addresses.py, fetcher.py, intake.py, worker.py       fetching what was announced, and taking it in
account_search.py, trends.py, provider_info.py       the answers
"""
