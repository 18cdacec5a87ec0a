"""Towns that a place can be in. A town is as near as the site ever comes to where children live."""

from typing import NamedTuple

from .regions import Region


class Town(NamedTuple):
    """`latitude` and `longitude` in degrees (WGS 84), of the town's middle."""

    name: str
    region: Region
    latitude: float
    longitude: float


TOWNS: dict[str, Town] = {
    "adazi": Town("Ādaži", Region.RIGA, 57.07, 24.32),
    "aizkraukle": Town("Aizkraukle", Region.ZEMGALE, 56.60, 25.25),
    "aluksne": Town("Alūksne", Region.VIDZEME, 57.42, 27.05),
    "balvi": Town("Balvi", Region.LATGALE, 57.13, 27.27),
    "bauska": Town("Bauska", Region.ZEMGALE, 56.41, 24.19),
    "cesis": Town("Cēsis", Region.VIDZEME, 57.31, 25.27),
    "daugavpils": Town("Daugavpils", Region.LATGALE, 55.87, 26.54),
    "dobele": Town("Dobele", Region.ZEMGALE, 56.62, 23.28),
    "grobina": Town("Grobiņa", Region.KURZEME, 56.54, 21.17),
    "gulbene": Town("Gulbene", Region.VIDZEME, 57.18, 26.75),
    "iecava": Town("Iecava", Region.ZEMGALE, 56.60, 24.20),
    "islice": Town("Īslīce", Region.ZEMGALE, 56.37, 24.08),
    "jekabpils": Town("Jēkabpils", Region.ZEMGALE, 56.50, 25.86),
    "jelgava": Town("Jelgava", Region.ZEMGALE, 56.65, 23.71),
    "jurmala": Town("Jūrmala", Region.RIGA, 56.97, 23.77),
    "kekava": Town("Ķekava", Region.RIGA, 56.83, 24.23),
    "kraslava": Town("Krāslava", Region.LATGALE, 55.90, 27.17),
    "kuldiga": Town("Kuldīga", Region.KURZEME, 56.97, 21.97),
    "liepaja": Town("Liepāja", Region.KURZEME, 56.51, 21.01),
    "limbazi": Town("Limbaži", Region.VIDZEME, 57.51, 24.71),
    "livani": Town("Līvāni", Region.LATGALE, 56.35, 26.18),
    "ludza": Town("Ludza", Region.LATGALE, 56.55, 27.72),
    "madona": Town("Madona", Region.VIDZEME, 56.85, 26.22),
    "marupe": Town("Mārupe", Region.RIGA, 56.91, 24.06),
    "ogre": Town("Ogre", Region.VIDZEME, 56.82, 24.61),
    "olaine": Town("Olaine", Region.RIGA, 56.79, 23.94),
    "preili": Town("Preiļi", Region.LATGALE, 56.29, 26.72),
    "rezekne": Town("Rēzekne", Region.LATGALE, 56.51, 27.34),
    "riga": Town("Rīga", Region.RIGA, 56.95, 24.11),
    "ropazi": Town("Ropaži", Region.RIGA, 56.97, 24.63),
    "salaspils": Town("Salaspils", Region.RIGA, 56.86, 24.35),
    "saldus": Town("Saldus", Region.KURZEME, 56.67, 22.49),
    "saulkrasti": Town("Saulkrasti", Region.VIDZEME, 57.26, 24.41),
    "sigulda": Town("Sigulda", Region.RIGA, 57.15, 24.86),
    "smiltene": Town("Smiltene", Region.VIDZEME, 57.42, 25.90),
    "talsi": Town("Talsi", Region.KURZEME, 57.24, 22.59),
    "tukums": Town("Tukums", Region.KURZEME, 56.97, 23.16),
    "valka": Town("Valka", Region.VIDZEME, 57.77, 26.01),
    "valmiera": Town("Valmiera", Region.VIDZEME, 57.54, 25.43),
    "varaklani": Town("Varakļāni", Region.VIDZEME, 56.61, 26.76),
    "ventspils": Town("Ventspils", Region.KURZEME, 57.39, 21.56),
}

TOWN_CHOICES = [(code, town.name) for code, town in TOWNS.items()]
