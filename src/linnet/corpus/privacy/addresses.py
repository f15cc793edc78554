"""Postal addresses: a street's name and a house number, as people write them in nine languages.

Conservative on purpose. The street must carry a word for street, its name a capital, and the number must be a house
number (no year, none of five digits in Europe). "2 Wall Street banks" and "Main Street" without a number are the
known mistakes in each direction; addresses without a word for street ("Am Markt 3") are not seen.
"""

from __future__ import annotations

import re

_CAPITAL = "[A-ZÀ-ÖØ-ÞĄĆČĐĘĞİŁŃŇŐŒŘŚŞŠŰŹŻŽА-ЯЁІЇЄҐ]"
_NAME = rf"{_CAPITAL}[\w'’.\-]*"
_OF = (
    r"(?:(?:de|del|della|delle|dei|degli|di|da|do|das|dos|du|des|la|le|les|los|las|l['’]|d['’]|dell['’])\s*)"
)
_NAMES = rf"(?:{_OF}{{0,2}}{_NAME}\s+){{0,3}}{_OF}{{0,2}}{_NAME}"
_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_HOUSE = rf"{_YEAR}\d{{1,4}}(?:\s?[-/]\s?\d{{1,3}}|\s?[a-zA-Z](?!\w))?(?![\d%€$£]|[.,:]\d|[-–]\w|/\d)(?!\s?(?:km|m|min|h|%|€|uur|Uhr)\b)"
_POSTCODE = r"(?:,?\s+(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3})?(?:\s?[A-Z]{2}(?!\w))?(?:\s+[^\W\d_a-z][\w\-]+)?)?"
_NUMBER_SIGN = r"(?:n[º°o]?\.?\s*|nr\.?\s*|№\s*|No[:.]?\s*|д\.?\s*)?"

_ENGLISH = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Crescent|Parkway|Pkwy|"
    r"Highway|Hwy|Close|Gardens|Square|Sq)\b\.?"
)
_NO_STREET = r"(?!(?:\S+\s){0,2}(?:Red\sCrescent|(?:Supreme|High|District|Appeals|Federal)\s(?:Court|Ct)))"
_UNIT = r"(?:,?\s+(?:Apt|Apartment|Unit|Suite|Ste|Flat|#)\.?\s?\w{1,5})?"
_STATE = r"(?:,\s+[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)?(?:,?\s+[A-Z]{2}\s+\d{5}(?:-\d{4})?|,?\s+[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2})?"

PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 12 Sample Street, Apt 4, Springfield, IL 62701
        rf"(?<![\w.,#$€£:/\-]){_YEAR}\d{{1,5}}[A-Za-z]?,?\s+{_NO_STREET}(?:[NSEW]\.?\s+)?(?:{_NAME}\s+|\d{{1,3}}(?:st|nd|rd|th)\s+)"
        rf"{{1,3}}?{_ENGLISH}{_UNIT}{_STATE}",
        # Musterstraße 12a, 12345 Musterstadt; Lange Str. 3; Voorbeeldstraat 7
        rf"(?<!\w)(?:{_NAME}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer|chaussee|straat|laan|plein|gracht|"
        rf"kade|dijk|singel|gatan|vägen|-(?:Straße|Strasse|Str\.|Allee|Weg|Platz))|{_NAME}\s+(?:Straße|Strasse|Str\.|Allee|Weg|Platz))\s+{_HOUSE}{_POSTCODE}",
        # 12 bis rue de l'Exemple, 75000 Paris
        rf"(?<![\w.,/\-]){_YEAR}\d{{1,4}}(?:\s?(?:bis|ter|quater))?,?\s+(?i:rue|avenue|av\.|boulevard|bd\.?|place|"
        rf"chemin|impasse|allée|quai|route|cours|square|passage)\s+{_NAMES}{_POSTCODE}",
        # Calle de Ejemplo, 12; via Esempio 3; rua do Exemplo, nº 5; ul. Przykładowa 7; ул. Примерная, д. 5
        rf"(?<!\w)(?i:(?:c/|avda\.|av\.|ul\.|al\.|ул\.|пр\.|вул\.)\s*|(?:calle|avenida|avda|plaza|paseo|camino|ronda|via|"
        rf"viale|piazza|piazzale|corso|vicolo|rua|travessa|praça|alameda|estrada|aleja|улица|проспект|вулиця)\s+)"
        rf"{_NAMES},?\s+{_NUMBER_SIGN}{_HOUSE}{_POSTCODE}",
        # Örnek Caddesi No: 5
        rf"(?<!\w)(?:{_NAME}\s+){{1,3}}(?:Caddesi|Cad\.|Sokak|Sokağı|Sok\.|Sk\.|Bulvarı)\s*{_NUMBER_SIGN}{_HOUSE}",
    )
)


# A post without a street's word, or without a number that begins a word, has no address. For the Rust regex engine,
# whose Unicode word boundary is slow: so its two sides are written out.
NUMBER_CANDIDATE = r"(?:^|[\s(,])\d"
STREET_CANDIDATE = (
    r"(?:^|[\s(,:;«])(?:(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Bb]d\.?|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Aa]llée|[Qq]uai|[Rr]oute|"
    r"[Cc]ours|[Ss]quare|[Pp]assage|[Cc]alle|[Aa]venida|[Aa]vda|[Pp]laza|[Pp]aseo|[Cc]amino|[Rr]onda|[Vv]ia(?:le)?|"
    r"[Pp]iazza(?:le)?|[Cc]orso|[Vv]icolo|[Rr]ua|[Tt]ravessa|[Pp]raça|[Aa]lameda|[Ee]strada|[Aa]leja|[Уу]лица|[Пп]роспект|"
    r"[Вв]улиця)\s|(?:[Cc]/|[Aa]vda\.|[Aa]v\.|[Uu]l\.|[Aa]l\.|[Уу]л\.|[Пп]р\.|[Вв]ул\.))|"
    r"\s(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Crescent|Parkway|Pkwy|Highway|"
    r"Hwy|Close|Gardens|Square|Sq)(?:[\s.,;:!?)…]|$)|"
    r"(?:stra(?:ß|ss)e|[Ss]tr\.|Stra(?:ß|ss)e|[Ww]eg|[Pp]latz|[Aa]llee|gasse|damm|ufer|chaussee|straat|laan|plein|gracht|"
    r"kade|dijk|singel|gatan|vägen|Caddesi|Cad\.|Sokak|Sokağı|Sok\.|Sk\.|Bulvarı)\s"
)


def mask_addresses(text: str) -> str:
    for pattern in PATTERNS:
        text = pattern.sub("[address]", text)
    return text
