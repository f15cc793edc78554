"""Personal data in a post's text becomes a typed placeholder.

    [email]    e-mail addresses, also written with (at) or [at]                  internet.py
    [ip]       IPv4 and IPv6 addresses                                           internet.py
    [handle]   mentions, only where the policy says so                           internet.py
    [iban]     bank accounts whose two check digits hold (ISO 13616)             numbers.py
    [card]     payment cards whose check digit holds (ISO/IEC 7812-1)            numbers.py
    [id]       national numbers whose check digits hold; US numbers by form      numbers.py
    [address]  street and house number in the common written forms               addresses.py
    [phone]    numbers that libphonenumber holds valid, or that "call" precedes  phones.py

A cheap pattern over the whole column finds the few posts that could hold any; only those pay for the exact checks.
Everything leans towards precision: prices, scores, versions, dates and tracking numbers stay. What that costs in
recall is printed by `benchmarks/detection.py`. Names of people are not looked for.
"""

from linnet.corpus.privacy.config import PrivacyConfig
from linnet.corpus.privacy.mask import mask_personal_data, masked
from linnet.corpus.privacy.numbers import passes_luhn

__all__ = ["PrivacyConfig", "mask_personal_data", "masked", "passes_luhn"]
