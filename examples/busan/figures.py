"""Reported figures of the Busan plant with their sources, and figures derived from them.

``SALES`` and ``BUILT`` become the table ``actuals``; ``demand.py`` turns them into the demand of
every month. Sums over several months (``BLOCKS``) have no place in ``actuals`` and serve the
demand alone.
"""

# ruff: noqa: E501 (addresses)

from __future__ import annotations

from typing import NamedTuple

S = {
    "blogauto": "Le Blog Auto (Thibaut Emme, Nov 2023)",
    "autotimes": "http://autotimes.co.kr/detail.php?number=438605 (Jan 2011)",
    "journalauto2018": "https://journalauto.com/constructeurs/renault-redemarre-en-chine-et-en-coree-du-sud (2020)",
    "kookje": "Kookje Shinmun, plant visit Feb 2025",
    "wowtv2019": "https://wowtv.co.kr/NewsCenter/News/Read?articleId=202001028777g (2020-01-02)",
    "daum2022": "https://v.daum.net/v/20230103174405061 (2023-01-03)",
    "journalauto2020": "http://www.journalauto.com/lja/article.view/35704/ (2021-02)",
    "newsbell": "https://newsbell.co.kr/car-tech/article/1006656 (2025-01)",
    "sbs2025": "https://news.sbs.co.kr/news/endPage.do?news_id=N1008393056 (2026-01-05)",
    "newsway2025": "https://newsway.co.kr/news/view?ud=2025120215325228405 (2025-12-02)",
    "fntimes": "https://www.fntimes.com/html/view.php?ud=2022022210534356427de3572ddd_18 (2022-02-22)",
    "newspim": "https://ir.newspim.com/news/view/20220503001097 (2022-05-03)",
    "cnbnews": "https://m.weekly.cnbnews.com/news/article.html?no=143704 (2022-06-02)",
    "daum2023": "https://v.daum.net/v/20230801160601975",
    "yna202309": "https://en.yna.co.kr/view/AEN20230901006600320",
    "yna202310": "https://en.yna.co.kr/view/AEN20231004005600320",
    "chosun": "http://car.chosun.com/site/data/html_dir/2023/01/18/2023011880192.html",
    "donga202307": "https://evlounge.donga.com/FOREV/List/3/01/20230801/120517067/2",
    "businesspost": "https://m.businesspost.co.kr/BP?command=mobile_view&num=328931 (2023-10)",
    "mediapen2024": "https://mediapen.com/news/view/894004 (2024-02-01)",
    "wowtv202409": "https://wowtv.co.kr/NewsCenter/News/Read?articleId=AKR20241002130000003",
    "imaeil": "https://m.imaeil.com/page/view/2024120218325530442 (2024-12-02)",
    "maeililbo": "https://terradarcobaleno.com/news/articleViewAmp.html?idxno=1185465 (mirror of Maeil Ilbo 2024-12)",
    "newspic": "https://m.newspic.kr/view.html?nid=2025020315371823724 (2025-02-03)",
    "newsprime": "https://m.newsprime.co.kr/section_view.html?menu=index&no=677051 (2025-03-04)",
    "wowtv202505": "https://www.wowtv.co.kr/NewsCenter/News/Read?articleId=202505089758i (2025-05-08)",
    "kiawoori": "https://www.kiawoori.org/kia/notice/bbs02/?id=12221 (2025-07-01)",
    "seoulfn": "https://www.seoulfn.com/news/articleView.html?idxno=561685 (2025-07-01)",
    "healthtomato": "http://www.healthtomato.com/view.aspx?seq=1260581 (2025-04-29)",
    "newsis": "https://mobile.newsis.com/view/NISX20251001_0003352891",
    "donga202511": "https://www.donga.com/news/article/all/20251201/132879109/2",
    "automotiveworld": "https://www.automotiveworld.com/news-releases/renault-korea-busan-plant-will-produce-and-export-pure-electric-vehicles-starting-2025/",
    "mediapen2023": "https://m.mediapen.com/news/view/820193 (2023-05)",
    "etoday": "https://m.etoday.co.kr/view.php?idxno=2250387 (2023-05-18)",
    "wowtv2013": "https://m.wowtv.co.kr/NewsCenter/AMP/Read?articleId=X20130717145835 (2013-07-17)",
    "fnnews2024": "https://fnnews.com/ampNews/202404091103072958 (2024-04-09)",
    "gocarnet": "http://www.gocarnet.co.kr/passenger_car/2025/03/95692",
    "tvtoday": "https://tvtoday.co.kr/detail.php?idx=2075077 (Yonhap plant visit 2025-02-18)",
    "sedaily2014": "https://m.sedaily.com/NewsView/1HV4CJGVW0 (2014)",
    "heraldcorp": "http://biz.heraldcorp.com/view.php?ud=20160121000059 (2016)",
    "ajslaos": "https://ajslaos.org/board_view.php?cate=car&id=13677 (plant tour, 2023-05-22)",
    "kmib": "https://www.kmib.co.kr/article/view_amp.asp?arcid=0924304671 (2023)",
    "hankyung2020": "https://hankyung.com/article/2020071530161 (2020-07-15)",
    "gpkorea": "http://www.gpkorea.com/news/articleView.html?idxno=80774 (2021-12-09)",
    "hankyung2024": "https://hankyung.com/article/202406274560i",
    "edaily": "https://edaily.co.kr/News/Read?newsId=01872886612654168 (2016)",
    "hankookilbo": "https://m.hankookilbo.com/News/Read/A2024071614340005919",
    "dcinside": "https://edu.dcinside.com/board/view/?id=autopost&no=3982 (2024)",
    "asiae_battery": "https://cm.asiae.co.kr/en/article/2024081311461750892 (2024-08-13)",
    "globalmotors": "https://globalmotors.co.kr/view.php?ud=20240129170308584278e43e3ead_5 (2024-01-29)",
    "tf": "https://m.tf.co.kr/amp/ogmeta/2229946.htm (2025-08)",
    "evhype": "https://evhype.com/the-2026-polestar-4-is-here-and-its-not-built-in-china (2025-06)",
    "paperzz": "https://paperzz.com/doc/8792457/automotive-provisions-in-the-us-korea-fta---us (USTR fact sheet)",
    "asiae_tariff": "https://cm.asiae.co.kr/en/article/2026022110060889097 (2026-02-21)",
    "ghy": "https://www.ghy.com/?p=24418 (2025-12-04)",
    "reportify": "https://reportify.ai/news/1213411503701757952 (CNBC 2026-01-26)",
    "businesskorea": "http://www.businesskorea.co.kr/news/articleView.html?idxno=6452 (2014-09)",
    "autocast": "https://autocast.kr/article/view/atc202305180009 (2023-05-18)",
    "inews24": "https://www.inews24.com/view/wrlted/1595607 (2023-05-18)",
    "chosunbiz": "https://biz.chosun.com/industry/car/2023/05/18/77OKFTH4LRCRVDKFYX7V74ATVE/",
    "ksg": "https://ksg.co.kr/news/main_newsView.jsp?pNum=55584 (2008-03)",
    "ajunews": "https://www5.ajunews.com/view/20250508083043592",
    "shglobal": "https://shglobalauto.com/blog/korean-used-car-transshipment-guide.html (2026-06)",
}
"""Sources by a short name."""

CHANGES_2025 = "domestic +31.3 %, export -46.7 % against 2024"


class Figure(NamedTuple):
    """A figure: ``period`` YYYY or YYYY-MM, ``market`` as in ``actuals``."""

    period: str
    item: str
    market: str
    units: int
    source: str
    basis: str = "reported"


BUILT = [
    Figure("2009", "all", "all", 190120, S["autotimes"]),
    Figure("2010", "all", "all", 275267, S["autotimes"]),
    Figure("2018", "all", "all", 215851, S["journalauto2018"]),
    Figure("2022", "SM6", "all", 4874, S["blogauto"]),
    Figure("2022", "XM3", "all", 118488, S["blogauto"]),
    Figure("2022", "QM6", "all", 44683, S["blogauto"]),
    Figure("2022", "Twizy", "all", 577, S["blogauto"]),
    Figure("2022", "all", "all", 168622, f"sum of the four models; {S['blogauto']}", "derived"),
    Figure("2022", "engine", "all", 160744, S["blogauto"]),
    Figure("2022", "casting", "all", 1659000, f"reported as 1,659 t; {S['blogauto']}"),
    Figure("2024", "all", "all", 112000, f"rounded, low confidence; {S['kookje']}"),
]
"""What was built. Castings are in kg."""


def _month(period: str, source: str, **units: int) -> list[Figure]:
    """Return the figures of one month, named ``dom`` or ``exp`` and the item (or none for all)."""
    figures = []
    for name, value in units.items():
        flow, _, item = name.partition("_")
        market = {"dom": "domestic", "exp": "overseas"}[flow]
        figures.append(Figure(period, item.replace("_", "-") or "all", market, value, S[source]))
    return figures


SALES = [
    Figure("2019", "all", "domestic", 86859, S["wowtv2019"]),
    Figure("2019", "all", "overseas", 90591, S["wowtv2019"]),
    Figure("2019", "all", "all", 177450, S["wowtv2019"]),
    Figure("2020", "all", "all", 116166, S["journalauto2020"]),
    Figure("2021", "all", "all", 132740, "2022 total less its growth of 27.8 %", "derived"),
    Figure("2021", "all", "overseas", 71660, "2022 export less its growth of 63.3 %", "derived"),
    Figure("2021", "all", "domestic", 61100, "2022 domestic, which fell by 13.9 %", "derived"),
    Figure("2022", "all", "domestic", 52621, S["daum2022"]),
    Figure("2022", "all", "overseas", 117020, S["daum2022"]),
    Figure("2022", "all", "all", 169641, S["daum2022"]),
    Figure("2022", "XM3", "overseas", 99166, S["chosun"]),
    Figure("2022", "XM3-HEV", "overseas", 58778, S["chosun"]),
    Figure("2022", "all", "Europe", 98861, S["chosun"]),
    Figure("2022", "XM3", "Europe", 93251, S["chosun"]),
    Figure("2022", "QM6", "Europe", 5088, S["chosun"]),
    Figure("2022", "XM3", "FR", 33467, S["chosun"]),
    Figure("2022", "XM3", "ES", 13936, S["chosun"]),
    Figure("2022", "XM3", "GB", 8325, S["chosun"]),
    Figure("2022", "XM3", "DE", 7785, S["chosun"]),
    Figure("2022", "XM3", "IT", 7139, S["chosun"]),
    Figure("2022", "XM3", "AU", 2503, S["chosun"]),
    Figure("2022", "XM3", "JP", 1264, S["chosun"]),
    Figure("2022", "XM3", "Asia, Pacific and Africa", 5033, S["chosun"]),
    Figure("2022", "XM3", "SAM", 882, S["chosun"]),
    *_month("2022-01", "fntimes", dom_XM3=1418, exp_XM3=7747),
    *_month("2022-04", "newspim", dom=2328, dom_XM3=1104, dom_QM6=847, dom_SM6=223),
    *_month("2022-04", "newspim", exp=17990, exp_XM3=16267, exp_XM3_HEV=11939),
    *_month("2022-04", "newspim", exp_QM6=1615, exp_Twizy=108),
    *_month("2022-05", "cnbnews", dom=3728, dom_XM3=1907, dom_SM6=553, dom_QM6=1248),
    *_month("2022-05", "cnbnews", exp=4863, exp_XM3=4337, exp_QM6=502, exp_Twizy=24),
    *_month("2022-07", "daum2023", exp_XM3=11431),
    *_month("2022-08", "yna202309", dom=3950, exp=7672),
    *_month("2022-09", "yna202310", dom=5050, exp=13872),
    Figure("2023", "all", "all", 104300, "2022 total less 38.5 %", "derived"),
    Figure("2023", "all", "overseas", 82250, "2024 export before its fall of 18.4 %", "derived"),
    Figure("2023", "all", "domestic", 22050, "2022 domestic less 58.1 %", "derived"),
    *_month("2023-07", "donga202307", dom=1705, dom_QM6=792, dom_XM3=704, dom_SM6=203),
    *_month("2023-07", "donga202307", exp=3130, exp_XM3=2880, exp_QM6=247, exp_Twizy=3),
    *_month("2023-08", "yna202309", dom=1502, exp=6912),
    *_month("2023-09", "businesspost", dom=1651, dom_QM6=839, dom_XM3=675, dom_SM6=137),
    *_month("2023-09", "businesspost", exp=7454, exp_XM3=6466, exp_QM6=940, exp_Twizy=48),
    Figure("2024", "all", "all", 106939, S["newsbell"]),
    Figure("2024", "all", "overseas", 67123, S["newsbell"]),
    Figure("2024", "all", "domestic", 39816, f"total less export; {S['newsbell']}", "derived"),
    Figure("2024", "GrandKoleos", "domestic", 22000, f"rounded; {S['newsbell']}"),
    *_month("2024-01", "mediapen2024", dom=1645, dom_XM3=974, dom_XM3_HEV=566, dom_QM6=577),
    *_month("2024-01", "mediapen2024", exp=226, exp_QM6=185, exp_XM3=41),
    *_month("2024-09", "wowtv202409", dom=5010, dom_GrandKoleos=3900, dom_XM3=579),
    *_month("2024-09", "wowtv202409", dom_XM3_HEV=350, dom_QM6=468),
    *_month("2024-09", "wowtv202409", exp=3615, exp_XM3=3444, exp_QM6=171),
    *_month("2024-11", "imaeil", dom=7301),
    *_month("2024-11", "maeililbo", dom_GrandKoleos=6582),
    Figure(
        "2024-11", "all", "overseas", 7897, "Nov 2025 export before its fall of 86.4 %", "derived"
    ),
    Figure("2025", "all", "all", 88010, f"2024 less 17.7 %; {S['sbs2025']}", "derived"),
    Figure("2025", "all", "domestic", 52280, f"{CHANGES_2025}; {S['sbs2025']}", "derived"),
    Figure("2025", "all", "overseas", 35780, f"{CHANGES_2025}; {S['sbs2025']}", "derived"),
    *_month("2025-01", "newspic", dom=2601, dom_GrandKoleos=2040, dom_GKOLEOS_HEV=1762),
    *_month("2025-01", "newspic", dom_XM3=272, dom_QM6=263, dom_SM6=20),
    *_month("2025-01", "newspic", exp=1216, exp_XM3=1078, exp_QM6=128),
    *_month("2025-02", "newsprime", dom=4881, dom_GrandKoleos=4106, dom_GKOLEOS_HEV=3655),
    *_month("2025-02", "newsprime", dom_XM3=260, dom_QM6=454, dom_SM6=36),
    *_month("2025-02", "newsprime", exp=1218, exp_XM3=1029, exp_QM6=188, exp_GrandKoleos=1),
    *_month("2025-06", "kiawoori", dom=5013, dom_GrandKoleos=4098),
    *_month("2025-09", "newsis", dom=4182, dom_GrandKoleos=3019, dom_GKOLEOS_HEV=2592, exp=4528),
    *_month("2025-11", "donga202511", dom=3575, dom_GrandKoleos=2403, dom_GKOLEOS_HEV=2052),
    *_month("2025-11", "donga202511", dom_XM3_ICE=459, dom_XM3_HEV=101, dom_QM6=601, dom_SM6=6),
    *_month("2025-11", "donga202511", exp=1074, exp_GrandKoleos=421, exp_XM3=349),
    Figure("2025-11", "PS4", "CA", 304, S["donga202511"]),
]
"""Sales at home (``domestic``) and exports (``overseas`` or a market or region)."""


class Block(NamedTuple):
    """A total over the months ``first`` to ``last`` of a year."""

    year: int
    first: int
    last: int
    item: str
    market: str
    units: int
    source: str


BLOCKS = [
    Block(2023, 1, 9, "all", "domestic", 17128, S["yna202310"]),
    Block(2023, 1, 9, "all", "overseas", 70073, S["yna202310"]),
    Block(2025, 1, 4, "all", "domestic", 18850, S["wowtv202505"]),
    Block(2025, 1, 4, "GrandKoleos", "domestic", 15716, S["wowtv202505"]),
    Block(2025, 1, 6, "all", "domestic", 28065, S["seoulfn"]),
    Block(2025, 1, 6, "GrandKoleos", "domestic", 23110, S["seoulfn"]),
    Block(2025, 1, 11, "all", "all", 81295, S["newsway2025"]),
]
"""Totals over several months."""

EXPORT_PLAN_2025_05 = {"GKOLEOS-HEV": 814, "GKOLEOS-ICE": 388}
"""Grand Koleos that May 2025's plan had for export (healthtomato)."""

PLANT_DAYS = {
    2022: (20, 17, 21, 21, 21, 20, 16, 22, 20, 19, 22, 22),
    2023: (20, 19, 22, 20, 20, 21, 20, 18, 19, 19, 22, 20),
    2024: (22, 18, 20, 21, 20, 19, 20, 19, 18, 20, 21, 21),
    2025: (18, 19, 20, 22, 19, 19, 19, 19, 22, 18, 20, 22),
    2026: (21, 16, 21, 22, 18, 21, 17, 20, 20, 20, 21, 22),
}
"""Weekdays without public holidays (package holidays 0.109, country KR), 1 May, the summer stop and
the founding day: the weights by which totals are spread over months. Strikes and the conversion
stop are left out, for cars were sold from stock on those days."""
