"""Languages as sources declare them, turned into BCP 47 tags.

A tag is tidied ("EN_gb" -> "en-GB"), an English language name becomes its tag ("Farsi (Persian)" -> "fa"), and
what says nothing ("und", the q-codes of X, an unknown name) becomes None.
"""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

_NAMES = """
afrikaans af, albanian sq, amharic am, arabic ar, armenian hy, assamese as, azerbaijani az, basque eu,
belarusian be, bengali bn, bangla bn, bosnian bs, bulgarian bg, burmese my, cantonese yue, catalan ca, cebuano ceb,
chinese zh, mandarin zh, simplified chinese zh-Hans, traditional chinese zh-Hant, corsican co, croatian hr, czech cs,
danish da, dari prs, dhivehi dv, divehi dv, dutch nl, flemish nl, english en, esperanto eo, estonian et, faroese fo,
farsi fa, persian fa, filipino fil, finnish fi, french fr, frisian fy, galician gl, georgian ka, german de, greek el,
gujarati gu, haitian ht, haitian creole ht, hausa ha, hawaiian haw, hebrew he, hindi hi, hmong hmn, hungarian hu,
icelandic is, igbo ig, indonesian id, irish ga, italian it, japanese ja, javanese jv, kannada kn, kazakh kk, khmer km,
kinyarwanda rw, korean ko, kurdish ku, kyrgyz ky, lao lo, latin la, latvian lv, lithuanian lt, luxembourgish lb,
macedonian mk, malagasy mg, malay ms, malayalam ml, maltese mt, maori mi, marathi mr, mongolian mn, montenegrin cnr,
nepali ne, norwegian no, bokmal nb, nynorsk nn, odia or, oriya or, pashto ps, pushto ps, polish pl, portuguese pt,
brazilian portuguese pt-BR, punjabi pa, panjabi pa, quechua qu, romanian ro, moldovan ro, russian ru, samoan sm,
sanskrit sa, scottish gaelic gd, serbian sr, sesotho st, shona sn, sindhi sd, sinhala si, sinhalese si, slovak sk,
slovenian sl, slovene sl, somali so, spanish es, castilian es, sundanese su, swahili sw, swedish sv, tagalog tl,
tajik tg, tamil ta, tatar tt, telugu te, thai th, tibetan bo, tigrinya ti, turkish tr, turkmen tk, ukrainian uk,
urdu ur, uyghur ug, uzbek uz, vietnamese vi, welsh cy, wolof wo, xhosa xh, yiddish yi, yoruba yo, zulu zu
"""
NAMES: dict[str, str] = dict(
    (name.strip(), tag) for name, _, tag in (entry.strip().rpartition(" ") for entry in _NAMES.split(","))
)
_RETIRED = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro"}
_SAYS_NOTHING = {"und", "zxx", "mul", "mis", "art", "qam", "qct", "qht", "qme", "qst", "none", "null", "n-a"}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@lru_cache(maxsize=4096)
def language_tag(declared: str) -> str | None:
    """The BCP 47 tag for a declared language, None when it says nothing."""
    name = " ".join(declared.strip().lower().split())
    if not name:
        return None
    plain = name.partition("(")[0].strip()
    if tag := NAMES.get(name) or NAMES.get(plain):
        return tag
    code = declared.strip().replace("_", "-")
    if not _TAG.fullmatch(code) or code.lower() in _SAYS_NOTHING:
        return None
    first, *rest = code.split("-")
    first = first.lower()
    parts = [_RETIRED.get(first, first)]
    for part in rest:
        if len(part) == 2:
            parts.append(part.upper())
        elif len(part) == 4 and part.isalpha():
            parts.append(part.title())
        else:
            parts.append(part.lower())
    return "-".join(parts)


def language_column(column: pl.Series) -> pl.Series:
    """A column of declared languages as tags; null where nothing is said."""
    text = column.cast(pl.String, strict=False)
    known = {value: language_tag(value) for value in text.unique().to_list() if value is not None}
    return text.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
