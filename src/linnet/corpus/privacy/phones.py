"""Phone numbers, by libphonenumber's rules for the regions where a post's language is spoken.

A number that begins with a country code needs no region. One that follows "call", "tel", a telephone sign and the
like is taken for a phone number even where libphonenumber does not know it (new ranges, seven local digits).
"""

from __future__ import annotations

import re

REGIONS = {
    "en": ("US", "GB"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE"),
    "es": ("ES", "MX"),
    "pt": ("BR", "PT"),
    "it": ("IT",),
    "nl": ("NL",),
    "pl": ("PL",),
    "tr": ("TR",),
    "ru": ("RU",),
    "uk": ("UA",),
    "ja": ("JP",),
    "ko": ("KR",),
    "zh": ("CN", "TW"),
    "hi": ("IN",),
    "id": ("ID",),
    "sv": ("SE",),
    "fa": ("IR",),
    "ar": ("EG", "SA"),
}
"""Where the speakers of a language phone from, the largest first."""

ANY_REGION = ("US",)  # for posts of other or unknown language

_CUE = re.compile(
    r"(?:\b(?:phone|telephone|call(?:\sme|\sus|\snow)?|text(?:\sme)?|ring|dial|mobile|cell|fax|hotline|whats\s?app|wa|sms|signal|tel|"
    r"tlf|tél|téléphone|telefon\w*|teléfono|telefone|telefono|telefoon|rufnummer|ruf\w*|anruf\w*|handy\w*|mobil\w*|"
    r"appel\w*|joindre|portable|llam\w*|móvil|celular|lig\w*|telemóvel|chiam\w*|cellulare|bel|gsm|06-nummer|zadzwoń|"
    r"dzwoń|tel\w*|ring|nummer|тел\w*|звон\w*|номер|дзвон\w*|телефону\w*|ara\w*|numaram|hubungi|hp|फ़ोन|कॉल)|"
    r"電話|携帯|전화|连络|电话|☎️?|📞|📱|☏)[^\w\n]{0,4}"
    r"(?:(?:me|us|now|mich|uns|moi|nous|mij|ons|mi|is|on|at|an|unter|au|al|a|il|lo|para|no|op|number|nummer|numero|número|numéro|nr|på|pod|по|на|is|:)\W{1,3}){0,2}$",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\d \u00a0()./\-\u2010-\u2015]{5,60})\d(?!\w|[.,]\d)")
_OTHER_CUE = re.compile(
    r"(?:isbn\S*|issn|ean|gtin|imei|tracking\w*|track|parcel|sendung\w*|paket\w*|colis|suivi|pedido|ordine|order\w*|"
    r"bestel\w*|best\.?-?nr|ref\w*|réf\w*|serial\w*|sn|s/n|model\w*|art\w*|sku|part|case|ticket\w*|id|invoice|"
    r"rechnung\w*|facture|factura|fattura|flight|lat|lon|doi|arxiv|rfc|заказ\w*|трек\w*|артикул|sipariş\w*|kargo\w*)"
    r"\W{0,3}(?:(?:no|nr|number|nummer|num|code|is|n[º°])\W{0,3})?$|[$€£¥₹₽₺#№=/_]\s?$",
    re.I,
)
_DATE = re.compile(
    r"(?<![\d./\-])(?:\d{1,2}[./\-]\d{1,2}[./\-](?:\d{4}|\d{2})|(?:19|20)\d\d[./\-]\d{1,2}[./\-]\d{1,2})(?![./\-]?\d)|"
    r"(?<!\d)(?:19|20)\d\d\s?[\-\u2010-\u2015/]\s?(?:19|20)\d\d(?!\d)"
)
_SHAPED = re.compile(r"\+[1-9](?:[ ()./\-\u00a0]{0,2}\d){7,14}|0[1-9](?:[ .\-]\d\d){4}")
"""A country code behind a plus, or the five pairs of French numbers: phone numbers whoever assigned them."""
_UNIT_BEHIND = re.compile(
    r"^\s?(?:[$€£¥₹₽₺%°]|(?:eur|usd|gbp|euro|euros|dollars?|rub|zł|zl|tl|kr|reais|people|personen|personnes|personas|"
    r"persone|pessoas|mensen|osób|человек|kişi|views|likes|followers|km|kg|mb|gb|bytes|steps|votes|stimmen|voix|"
    r"votos|voti|stemmen|руб\w*|грн)\b)",
    re.I,
)

_TRUNK_ONE = re.compile(r"(?<!\d)1[ .\-]*$")  # the North American 1 that stands before a number


def mask_phones(text: str, language: str | None = None) -> str:
    """What libphonenumber finds; where it finds nothing, a number that stands behind a cue."""
    pieces, end = [], 0
    for match in _NUMBER.finditer(text):
        before, behind = text[max(0, match.start() - 40) : match.start()], text[match.end() :]
        masked = match.group()
        if not _OTHER_CUE.search(before) and not _UNIT_BEHIND.search(behind) and not _DATE.search(masked):
            masked = _mask_valid(masked, language)
            if masked == match.group() and (_SHAPED.fullmatch(masked) or _is_called(masked, before)):
                masked = "[phone]"
        pieces += [text[end : match.start()], masked]
        end = match.end()
    return "".join([*pieces, text[end:]])


def _is_called(number: str, before: str) -> bool:
    return 7 <= sum(sign.isdigit() for sign in number) <= 15 and _CUE.search(before) is not None


def _mask_valid(span: str, language: str | None) -> str:
    """What libphonenumber holds valid becomes [phone], in the first of the language's regions that finds any. What
    stands left of a find is looked at again: two numbers side by side are one hopeless candidate to it."""
    import phonenumbers

    for region in REGIONS.get(language or "", ANY_REGION):
        for match in phonenumbers.PhoneNumberMatcher(span, region, leniency=phonenumbers.Leniency.VALID):
            left, right = _TRUNK_ONE.sub("", span[: match.start]), span[match.end :]
            return _mask_valid(left, language) + "[phone]" + _mask_valid(right, language)
    return span
