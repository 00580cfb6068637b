"""Reported figures of the Graz plant with their sources: what was built, by whom and where."""

# ruff: noqa: E501 (addresses)

from __future__ import annotations

from typing import NamedTuple

S = {
    "kleine2019": "https://www.kleinezeitung.at/wirtschaft/wirtschaftktnhp/5584359/Deutliches-Plus_Magna-baute-in-Graz-fast-150000-Fahrzeuge (2019-02)",
    "presse2018": "https://diepresse.com/home/5536623/Gute-Zeiten-fuer-das-Detroit-Oesterreichs (2018-11)",
    "presse2019": "https://diepresse.com/home/wirtschaft/economist/5676524/Bereits-100000-Jaguar-bei-Magna-in-Graz-gefertigt (2019-08)",
    "autocar": "https://autocar.co.uk/car-news/features/why-graz-greener-london-austria-jaguars-biggest-selling-e-pace (2019)",
    "stern": "https://www.stern.de/auto/fahrberichte/magna-steyr---der-geheime-autobauer-dezent-im-hintergrund-30588780.html (2021-06)",
    "nachrichten": "https://www.nachrichten.at/wirtschaft/wirtschaftsraumooe/fahrzeugproduktion-in-graz-holte-stillstand-im-fruehling-teils-auf;art467,3341703 (2021-01)",
    "greencar": "http://www.greencarcongress.com/2017/06/20170620-magna.html (2017-06-20)",
    "kleine2022": "https://www.kleinezeitung.at/wirtschaft/wirtschaftstmkhp/6211433/FiskerProduktion-ab-17-November_Neuauftraege-Im-Grazer-MagnaWerk (2022-11)",
    "kleine2024": "https://www.kleinezeitung.at/wirtschaft/19027882/magna-in-graz-produktion-um-ein-drittel-gesunken-ringen-um-neuauftraege (2024-11)",
    "krone2023": "https://www.krone.at/2972412 (2023-04)",
    "krone202312": "https://www.krone.at/3195733 (2023-12)",
    "jesmb": "https://jesmb.de/16670/ (2023-05)",
    "kleine2016": "https://www.kleinezeitung.at/auto/5127570/20000-STUeCK-IN-EINEM-JAHR_Der-Mercedes-G-faehrt-einen (2016-12)",
    "orf2017": "http://steiermark.orf.at/news/stories/2856338/ (2017)",
    "motor1": "https://de.motor1.com/news/559299/mercedes-g-klasse-verkaufsrekord-2021/ (2022-01)",
    "ams": "https://www.auto-motor-und-sport.de/suv/mercedes-feiert-irrsinnigen-erfolg-bei-g-klasse-so-viele-g-wie-noch-nie-produziert/ (2026-01)",
    "insideevs": "https://insideevs.com/news/696057/fisker-ocean-production-deliveries-2023q3/ (2023-11-14)",
    "insideevs_q2": "https://insideevs.com/news/675916/fisker-ocean-production-2023q2/ (2023-07-09)",
    "evreport": "https://theevreport.com/fisker-ocean-boosts-production-speeds-u-s-deliveries (2023-09)",
    "pledge": "https://pledgetimes.com/fisker-electric-car-sales-soar-in-2023-formulapassion/ (2024-01)",
    "orf2022": "https://steiermark.orf.at/stories/3182542/ (2022-11)",
    "ecomento": "https://ecomento.de/2023/05/08/fisker-liefert-in-europa-erstes-elektroauto-aus/ (2023-05-08)",
    "paint2010": "https://www.kleinezeitung.at/steiermark/graz/4483161/Magna-baut-im-Werk-Graz-um (2008)",
    "hoce": "https://www.automotiveworld.com/news-releases/magna-build-new-paint-line-slovenia-support-graz-vehicle-production/ (2017-10-17)",
    "hoce2022": "https://industriemagazin.at/news/autozulieferer-magna/ (2023-02)",
    "koper": "https://oevz.com/erster-zug-mit-jaguar-land-rover-aus-nitra-erreicht-koper/ (2020-06)",
    "rail": "https://verkehrsrundschau.de/nachrichten/transport-logistik/rail-cargo-group-forciert-eigenproduktion-in-deutschland-2991600 (2016)",
    "steyr": "https://kurier.at/wirtschaft/graz-erster-steirischer-5er-bmw-vom-band-gelaufen/249.413.079 (2017-03)",
    "bmwblog": "https://www.bmwblog.com/2024/01/04/bmw-z4-sales-up-2023-usa/ (2024-01-04)",
}
"""Sources by a short name."""


class Figure(NamedTuple):
    """A figure as in table ``actuals``."""

    period: str
    item: str
    measure: str
    units: int
    source: str
    basis: str = "reported"


HISTORY = "; meant: history before the planned months"
"""Why actuals lie outside the horizon."""

ACTUALS = [
    Figure("2007", "all", "made", 199969, S["kleine2019"] + HISTORY),
    Figure("2017", "all", "made", 77900, S["presse2018"] + HISTORY),
    Figure("2018", "all", "made", 144500, f"rounded; {S['kleine2019']}{HISTORY}"),
    Figure("2011", "G-Class", "made", 7228, S["orf2017"] + HISTORY),
    Figure("2016", "G-Class", "made", 20000, f"rounded; {S['kleine2016']}{HISTORY}"),
    Figure("2021", "G-Class", "sold", 41174, S["motor1"] + HISTORY),
    Figure("2023", "OCEAN", "made", 10142, S["pledge"]),
]
"""What was built or sold in whole years."""

CAPACITY = 200_000
"""Cars a year that the plant can build (nachrichten, kleine2019)."""

BUILT_9_MONTHS, BUILT_Q3 = 83_700, 22_900
"""Cars built in January to September 2023, and in July to September (kleine2024)."""

BUILT_Q4 = 21_000
"""Cars built in October to December 2023: an assumption, no figure was found."""

G_CLASS_2023 = 45_000
"""G-Classes planned for 2023 (jesmb)."""

OCEAN = {"Q1": 55, "Q2": 1022, "Q3": 4725, "year": 10142}
"""Fisker Oceans built in 2023 (insideevs, pledge)."""

OCEAN_BY_SEPTEMBER_4 = 3123
"""Fisker Oceans built from the first one to the week of 4 September 2023 (evreport)."""

OCEAN_RATE = 180
"""Fisker Oceans a day in September 2023 (evreport)."""

OCEAN_RATE_JUNE = 80
"""Fisker Oceans a day at the end of June 2023 (insideevs_q2)."""

ONE_SHIFT_PEOPLE = 1800
"""People whose part of the plant went from two shifts to one in May 2023 (krone2023)."""

PLANT_DAYS = (17, 20, 23, 19, 19, 20, 20, 13, 21, 21, 21, 15)
"""Weekdays of the months of 2023 less public holidays (Austria), the days around Christmas, two
bridge days and two weeks in summer: the weights by which totals are spread over months."""
