"""The municipalities of Latvia: 35 counties (novadi) and the 7 state cities that are not in one.

Law on Administrative Territories and Populated Areas (Administratīvo teritoriju un apdzīvoto vietu
likums), as in force since 1 July 2025; planning regions: Cabinet Regulation No. 418 of 22 June
2021.
"""

from typing import NamedTuple

from django.utils.translation import get_language

from .regions import Region


class Municipality(NamedTuple):
    """`name_en` keeps the Latvian name: no other is in use."""

    name_lv: str
    name_en: str
    region: Region

    def name(self, language: str | None = None) -> str:
        """The name in the given language, or in that of the request."""
        return self.name_en if (language or get_language() or "").startswith("en") else self.name_lv


def _county(genitive: str, english: str, region: Region) -> Municipality:
    return Municipality(f"{genitive} novads", f"{english} Municipality", region)


def _city(name: str, region: Region, *, beside_county: bool = False) -> Municipality:
    """Cities with a county of the same name beside them say what they are."""
    if not beside_county:
        return Municipality(name, name, region)
    return Municipality(f"{name} (valstspilsēta)", f"{name} (city)", region)


MUNICIPALITIES: dict[str, Municipality] = {
    "adazi": _county("Ādažu", "Ādaži", Region.RIGA),
    "aizkraukle": _county("Aizkraukles", "Aizkraukle", Region.ZEMGALE),
    "aluksne": _county("Alūksnes", "Alūksne", Region.VIDZEME),
    "augsdaugava": _county("Augšdaugavas", "Augšdaugava", Region.LATGALE),
    "balvi": _county("Balvu", "Balvi", Region.LATGALE),
    "bauska": _county("Bauskas", "Bauska", Region.ZEMGALE),
    "cesis": _county("Cēsu", "Cēsis", Region.VIDZEME),
    "daugavpils": _city("Daugavpils", Region.LATGALE),
    "dienvidkurzeme": _county("Dienvidkurzemes", "Dienvidkurzeme", Region.KURZEME),
    "dobele": _county("Dobeles", "Dobele", Region.ZEMGALE),
    "gulbene": _county("Gulbenes", "Gulbene", Region.VIDZEME),
    "jekabpils": _county("Jēkabpils", "Jēkabpils", Region.ZEMGALE),
    "jelgava": _city("Jelgava", Region.ZEMGALE, beside_county=True),
    "jelgava-county": _county("Jelgavas", "Jelgava", Region.ZEMGALE),
    "jurmala": _city("Jūrmala", Region.RIGA),
    "kekava": _county("Ķekavas", "Ķekava", Region.RIGA),
    "kraslava": _county("Krāslavas", "Krāslava", Region.LATGALE),
    "kuldiga": _county("Kuldīgas", "Kuldīga", Region.KURZEME),
    "liepaja": _city("Liepāja", Region.KURZEME),
    "limbazi": _county("Limbažu", "Limbaži", Region.VIDZEME),
    "livani": _county("Līvānu", "Līvāni", Region.LATGALE),
    "ludza": _county("Ludzas", "Ludza", Region.LATGALE),
    "madona": _county("Madonas", "Madona", Region.VIDZEME),
    "marupe": _county("Mārupes", "Mārupe", Region.RIGA),
    "ogre": _county("Ogres", "Ogre", Region.VIDZEME),
    "olaine": _county("Olaines", "Olaine", Region.RIGA),
    "preili": _county("Preiļu", "Preiļi", Region.LATGALE),
    "rezekne": _city("Rēzekne", Region.LATGALE, beside_county=True),
    "rezekne-county": _county("Rēzeknes", "Rēzekne", Region.LATGALE),
    "riga": _city("Rīga", Region.RIGA),
    "ropazi": _county("Ropažu", "Ropaži", Region.RIGA),
    "salaspils": _county("Salaspils", "Salaspils", Region.RIGA),
    "saldus": _county("Saldus", "Saldus", Region.KURZEME),
    "saulkrasti": _county("Saulkrastu", "Saulkrasti", Region.VIDZEME),
    "sigulda": _county("Siguldas", "Sigulda", Region.RIGA),
    "smiltene": _county("Smiltenes", "Smiltene", Region.VIDZEME),
    "talsi": _county("Talsu", "Talsi", Region.KURZEME),
    "tukums": _county("Tukuma", "Tukums", Region.KURZEME),
    "valka": _county("Valkas", "Valka", Region.VIDZEME),
    "valmiera": _county("Valmieras", "Valmiera", Region.VIDZEME),
    "ventspils": _city("Ventspils", Region.KURZEME, beside_county=True),
    "ventspils-county": _county("Ventspils", "Ventspils", Region.KURZEME),
}


def municipality_choices() -> list[tuple[str, str]]:
    """A function, so that a reform of the map needs no migration. In Latvian: in the admin, all
    languages show the names as they are on the map."""
    return [(code, place.name_lv) for code, place in MUNICIPALITIES.items()]
