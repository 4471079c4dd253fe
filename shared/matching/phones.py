"""Telephone numbers in E.164 (ITU-T Recommendation E.164), enough to see that two are the same line.

Calling codes: ITU Operational Bulletin, list of country codes assigned. Trunk prefixes: ITU national numbering plans.
"""

import re
from typing import Final

_CODES: Final = dict(
    re.findall(
        r"([A-Z]{2})(\d+)",
        "AD376 AE971 AF93 AG1268 AI1264 AL355 AM374 AO244 AR54 AS1684 AT43 AU61 AW297 AX358 AZ994 BA387 BB1246 BD880 BE32"
        " BF226 BG359 BH973 BI257 BJ229 BL590 BM1441 BN673 BO591 BQ599 BR55 BS1242 BT975 BW267 BY375 BZ501 CA1 CC61 CD243"
        " CF236 CG242 CH41 CI225 CK682 CL56 CM237 CN86 CO57 CR506 CU53 CV238 CW599 CX61 CY357 CZ420 DE49 DJ253 DK45 DM1767"
        " DO1 DZ213 EC593 EE372 EG20 EH212 ER291 ES34 ET251 FI358 FJ679 FK500 FM691 FO298 FR33 GA241 GB44 GD1473 GE995"
        " GF594 GG44 GH233 GI350 GL299 GM220 GN224 GP590 GQ240 GR30 GT502 GU1671 GW245 GY592 HK852 HN504 HR385 HT509 HU36"
        " ID62 IE353 IL972 IM44 IN91 IO246 IQ964 IR98 IS354 IT39 JE44 JM1 JO962 JP81 KE254 KG996 KH855 KI686 KM269 KN1869"
        " KP850 KR82 KW965 KY1345 KZ7 LA856 LB961 LC1758 LI423 LK94 LR231 LS266 LT370 LU352 LV371 LY218 MA212 MC377 MD373"
        " ME382 MF590 MG261 MH692 MK389 ML223 MM95 MN976 MO853 MP1670 MQ596 MR222 MS1664 MT356 MU230 MV960 MW265 MX52 MY60"
        " MZ258 NA264 NC687 NE227 NF672 NG234 NI505 NL31 NO47 NP977 NR674 NU683 NZ64 OM968 PA507 PE51 PF689 PG675 PH63 PK92"
        " PL48 PM508 PR1 PS970 PT351 PW680 PY595 QA974 RE262 RO40 RS381 RU7 RW250 SA966 SB677 SC248 SD249 SE46 SG65 SH290"
        " SI386 SJ47 SK421 SL232 SM378 SN221 SO252 SR597 SS211 ST239 SV503 SX1721 SY963 SZ268 TC1649 TD235 TG228 TH66 TJ992"
        " TK690 TL670 TM993 TN216 TO676 TR90 TT1868 TV688 TW886 TZ255 UA380 UG256 US1 UY598 UZ998 VA39 VC1784 VE58 VG1284"
        " VI1340 VN84 VU678 WF681 WS685 XK383 YE967 YT262 ZA27 ZM260 ZW263",
    )
)
# What is dialled before a national number and falls away abroad; countries not named here use "0".
_TRUNKS: Final[dict[str, tuple[str, ...]]] = {
    "HU": ("06",),
    **dict.fromkeys(["RU", "KZ", "BY", "TM"], ("8",)),
    "LT": ("0", "8"),
    **dict.fromkeys(["US", "CA", "PR", "DO", "JM"], ("1",)),
    **dict.fromkeys(
        [
            "IT",
            "SM",
            "VA",
            "ES",
            "PT",
            "GR",
            "CZ",
            "PL",
            "DK",
            "NO",
            "LU",
            "LV",
            "EE",
            "MT",
            "CY",
            "IS",
            "HK",
            "SG",
            "MO",
            "SM",
        ],
        (),
    ),
}
_SHORTEST, _LONGEST = 7, 15
_EXTENSION: Final = re.compile(r"(?:ext|extension|x|dw|durchwahl|mellék|доб)\.?\s*\d+\s*$", re.IGNORECASE)


def phone_key(text: str, country: str | None = None) -> str | None:
    """Return the number as +<country code><number>, or None when it is no number or lacks a country.

    `country` (ISO 3166-1 alpha-2) reads numbers written for national use; extensions are left out.
    """
    written = _EXTENSION.sub("", text)
    if re.search(r"[^\W\d]", written):
        return None
    optional_zero_gone = written.replace("(0)", "")
    digits = "".join(str(int(letter)) for letter in optional_zero_gone if letter.isdecimal())
    if written.strip().startswith(("+", "＋")):
        return _within_e164(digits)
    code = _CODES.get(country or "")
    if code == "1" and digits.startswith("011"):
        return _within_e164(digits[3:])
    if digits.startswith("00"):
        return _within_e164(digits[2:])
    if code == "7" and digits.startswith("810"):
        return _within_e164(digits[3:])
    return _within_e164(code + _without_trunk(digits, country or "")) if code else None


def _without_trunk(digits: str, country: str) -> str:
    for trunk in _TRUNKS.get(country, ("0",)):
        if digits.startswith(trunk) and len(digits) > _SHORTEST:
            return digits[len(trunk) :]
    return digits


def _within_e164(digits: str) -> str | None:
    if not _SHORTEST <= len(digits) <= _LONGEST or len(set(digits)) < 3 or digits.startswith("0"):
        return None
    return f"+{digits}"
