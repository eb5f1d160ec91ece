"""Names of the regions whose holidays are known, in the language of the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.translation import get_language

from kulanz.core.spoken import lang_for
from kulanz.desk.rules.feasts import WITH_STATES, regions

# by ISO 3166; a name that is the same in English and German is left out
_GERMAN_NAMES: Final = """\
AE Vereinigte Arabische Emirate; AG Antigua und Barbuda; AL Albanien; AM Armenien; AQ Antarktis; AR
Argentinien; AS Amerikanisch-Samoa; AT Österreich; AU Australien; AX Åland; AZ Aserbaidschan; BA Bosnien und
Herzegowina; BD Bangladesch; BE Belgien; BG Bulgarien; BL Saint-Barthélemy; BO Bolivien; BQ Bonaire, Sint
Eustatius und Saba; BR Brasilien; BV Bouvetinsel; BW Botsuana; CA Kanada; CC Kokosinseln; CD Kongo
(Demokratische Republik); CF Zentralafrikanische Republik; CH Schweiz; CI Elfenbeinküste; CK Cookinseln; CM
Kamerun; CO Kolumbien; CU Kuba; CV Kap Verde; CW Curaçao; CX Weihnachtsinsel; CY Zypern; CZ Tschechien; DE
Deutschland; DJ Dschibuti; DK Dänemark; DO Dominikanische Republik; DZ Algerien; EE Estland; EG Ägypten; EH
Westsahara; ES Spanien; ET Äthiopien; FI Finnland; FJ Fidschi; FK Falklandinseln; FM Mikronesien; FO Färöer;
FR Frankreich; GA Gabun; GB Vereinigtes Königreich; GE Georgien; GF Französisch-Guayana; GL Grönland; GQ
Äquatorialguinea; GR Griechenland; GS Südgeorgien und die Südlichen Sandwichinseln; GW Guinea-Bissau; HK
Hongkong; HM Heard und McDonaldinseln; HR Kroatien; HU Ungarn; ID Indonesien; IE Irland; IM Isle of Man; IN
Indien; IO Britisches Territorium im Indischen Ozean; IQ Irak; IS Island; IT Italien; JM Jamaika; JO
Jordanien; KE Kenia; KG Kirgisistan; KH Kambodscha; KM Komoren; KN St. Kitts und Nevis; KP Nordkorea; KR
Südkorea; KY Kaimaninseln; KZ Kasachstan; LB Libanon; LC St. Lucia; LT Litauen; LU Luxemburg; LV Lettland;
LY Libyen; MA Marokko; MD Moldau; MF Saint-Martin; MG Madagaskar; MH Marshallinseln; MK Nordmazedonien; MN
Mongolei; MP Nördliche Marianen; MR Mauretanien; MV Malediven; MX Mexiko; MZ Mosambik; NC
Neukaledonien; NF Norfolkinsel; NL Niederlande; NO Norwegen; NZ Neuseeland; PF Französisch-Polynesien; PG
Papua-Neuguinea; PH Philippinen; PL Polen; PM Saint-Pierre und Miquelon; PN Pitcairninseln; PS Palästina; QA
Katar; RE Réunion; RO Rumänien; RS Serbien; RU Russland; RW Ruanda; SA Saudi-Arabien; SB Salomonen; SC
Seychellen; SE Schweden; SG Singapur; SH St. Helena, Ascension und Tristan da Cunha; SI Slowenien; SJ
Svalbard und Jan Mayen; SK Slowakei; SS Südsudan; ST São Tomé und Príncipe; SY Syrien; TC
Turks- und Caicosinseln; TD Tschad; TF Französische Süd- und Antarktisgebiete; TJ Tadschikistan; TL
Timor-Leste; TN Tunesien; TR Türkei; TT Trinidad und Tobago; TZ Tansania; UM Kleinere Amerikanische
Überseeinseln; US Vereinigte Staaten; UZ Usbekistan; VA Vatikanstadt; VC St. Vincent und die Grenadinen; VG
Britische Jungferninseln; VI Amerikanische Jungferninseln; WF Wallis und Futuna; YE Jemen; ZA Südafrika; ZM
Sambia; ZW Simbabwe
"""
GERMAN: Final[Mapping[str, str]] = MappingProxyType(
    {each.strip()[:2]: each.strip()[3:] for each in _GERMAN_NAMES.split(";")}
)


def named_regions() -> list[tuple[str, str]]:
    """Return code and name of every region, in the order in which they are offered."""
    if lang_for(get_language()) != "de":
        return list(regions())
    named = [(code, _german(code, name)) for code, name in regions()]
    first = [region for region in named if region[0].partition("-")[0] in WITH_STATES]
    rest = [region for region in named if region[0].partition("-")[0] not in WITH_STATES]
    return first + sorted(rest, key=lambda region: unicodedata.normalize("NFKD", region[1]))


def _german(code: str, name: str) -> str:
    country, _, state = name.partition(": ")
    translated = GERMAN.get(code.partition("-")[0], country)
    return f"{translated}: {state}" if state else translated
