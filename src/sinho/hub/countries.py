"""Codes of countries, and what is probably meant by a code that is none."""

from __future__ import annotations

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
CODES = frozenset(_CODES.split())
"""ISO 3166-1 alpha-2, and XK, which is used for Kosovo."""

_MISTAKEN = {
    "UK": "GB",
    "EN": "GB",
    "EL": "GR",
    "SP": "ES",
    "JA": "JP",
    "KO": "KR",
    "DA": "DK",
    "CS": "CZ",
    "ZH": "CN",
    "FX": "FR",
    "SU": "RU",
    "YU": "RS",
    "TP": "TL",
    "ENGLAND": "GB",
    "GREAT BRITAIN": "GB",
    "KOREA": "KR",
    "SOUTH KOREA": "KR",
    "CZECH REPUBLIC": "CZ",
    "USA": "US",
    "TURKIYE": "TR",
}


def country_hint(given: str) -> str:
    """Say which code is probably meant by a text that is no code of a country.

    Parameters
    ----------
    given : str
        A name, a code of three letters, a code in small letters, or a code of something else.

    Returns
    -------
    str
        A sentence.
    """
    from holidays.registry import COUNTRIES

    word = given.strip().upper()
    if word == "EU":
        return "The European Union is no country: give the code of the country itself."
    code = word if word in CODES else _MISTAKEN.get(word)
    for key, (_, two, three, *_) in COUNTRIES.items():
        if word in (three, key.replace("_", " ").upper()):
            code = code or two
    return f"Write {code}." if code else "Such as KR for Korea or GB for the United Kingdom."
