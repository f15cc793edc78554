"""Numbers that carry their own proof: payment cards, bank accounts, national numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

CARD = re.compile(r"(?<![\d\w.,])\d(?:[ \-\u00a0\u2011.]?\d){12,18}(?![\d\w])")
IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ \u00a0\-]?[A-Z0-9]{1,4}){3,9}(?!\w)")
_NOT_A_CARD = re.compile(
    r"(?:isbn(?:-1[03])?|ean|gtin|imei|tracking(?:\s?(?:no|number|id))?|sendungs\w+|track|status(?:es)?/?|order|"
    r"parcel|suivi|bestel\w*|pedido|ordine|[#№/=_])\W{0,3}$",
    re.I,
)

# Where issuers' numbers begin and how long they are (Visa, Mastercard, American Express, Discover, Diners, JCB,
# UnionPay, Maestro, Mir). One in ten of all long numbers passes the check digit; few also begin like this.
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|(?:6011|64[4-9]\d|65\d\d)\d{12}|"
    r"3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|62\d{14,17}|(?:50|5[6-9]|6[37])\d{11,17}|220[0-4]\d{12}"
)


def mask_cards(text: str) -> str:
    return CARD.sub(_card, text)


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    if not _ISSUERS.fullmatch(digits) or not passes_luhn(digits):
        return match.group()
    before = match.string[max(0, match.start() - 24) : match.start()]
    return match.group() if _NOT_A_CARD.search(before) else "[card]"


def passes_luhn(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    digits = [int(character) for character in number if character.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [digit * 2 - 9 if digit * 2 > 9 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def mask_ibans(text: str) -> str:
    return IBAN.sub(_iban, text)


def _iban(match: re.Match[str]) -> str:
    """The longest beginning of the match that passes: a following word in capitals is not part of it."""
    found = match.group()
    ends = [*(m.start() for m in re.finditer(r"[ \u00a0\-]", found)), len(found)]
    for end in reversed(ends):
        if passes_iban(found[:end]):
            return "[iban]" + found[end:]
    return found


def passes_iban(number: str) -> bool:
    """ISO 13616: the first four signs moved behind and letters read as 10..35, the number is 1 modulo 97."""
    number = re.sub(r"[ \u00a0\-]", "", number)
    if not 15 <= len(number) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 == 1


def mask_national_ids(text: str) -> str:
    for pattern, holds in _NATIONAL:
        pieces, end = [], 0
        for match in pattern.finditer(text):
            pieces += [text[end : match.start()], "[id]" if holds(match.group()) else match.group()]
            end = match.end()
        text = "".join([*pieces, text[end:]])
    return text


def passes_dni(number: str) -> bool:
    """Spain: DNI and NIE, a letter by the number modulo 23."""
    number = number.upper().replace("-", "").replace(" ", "").replace(".", "")
    body = {"X": "0", "Y": "1", "Z": "2"}.get(number[0], number[0]) + number[1:-1]
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body) % 23] == number[-1]


def passes_cpf(number: str) -> bool:
    """Brazil: two check digits modulo 11."""
    digits = [int(sign) for sign in number if sign.isdigit()]
    if len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        if total * 10 % 11 % 10 != digits[length]:
            return False
    return True


def passes_codice_fiscale(code: str) -> bool:
    """Italy: a letter by the values of the other fifteen signs, odd places by their own table."""
    code = code.upper()
    odd = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))
    letters = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    odd |= dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", letters, strict=True))
    total = sum(odd[sign] for sign in code[0:15:2])
    total += sum(int(sign) if sign.isdigit() else ord(sign) - 65 for sign in code[1:15:2])
    return chr(65 + total % 26) == code[15]


def passes_nir(number: str) -> bool:
    """France: a key of two digits, 97 less the number modulo 97."""
    digits = re.sub(r"\D", "", number)
    return int(digits[-2:]) == 97 - int(digits[:-2]) % 97


def passes_tckn(number: str) -> bool:
    """Turkey: the tenth digit by the first nine, the eleventh by the first ten."""
    digits = [int(sign) for sign in number]
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def _always(number: str) -> bool:
    return True


_NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    # United States: no check digit, so only the form with two hyphens, and no area or serial that is never given.
    (re.compile(r"(?<![\w\-+])(?!000|666)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w\-])"), _always),
    (re.compile(r"(?<![\w\-])(?:\d{2}\.?\d{3}\.?\d{3}|[XYZ]-?\d{7})[- ]?[A-HJ-NP-TV-Z](?!\w)"), passes_dni),
    (re.compile(r"(?<![\w.\-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w\-])"), passes_cpf),
    (
        re.compile(r"(?<!\w)[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)", re.I),
        passes_codice_fiscale,
    ),
    (re.compile(r"(?<!\w)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\w)"), passes_nir),
    (re.compile(r"(?<![\w+.\-])[1-9]\d{10}(?![\w.\-])"), passes_tckn),
)
