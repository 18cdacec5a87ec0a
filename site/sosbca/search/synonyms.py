"""Words that mean the same to somebody who searches this site. Edit freely: one row, one meaning.

A row holds words in their basic form, or pairs of words that share one of the two («foster
parent», «foster carer»). Inflection and diacritics are the analyser's business. A page that has
only a synonym is found after those that have the word itself.

They are applied to the question, so nothing needs rebuilding after a change.
"""

from typing import Final

SYNONYMS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "lv": (
        ("ziedot", "dāvināt", "dāvana", "noziedot", "saziedot"),
        ("atbalstīt", "palīdzēt", "ziedot"),
        ("ziedotājs", "labdaris", "atbalstītājs"),
        ("labdarība", "ziedot", "filantropija"),
        ("audžuģimene", "audžuvecāki", "audžumamma", "audžumāte", "audžutēvs", "audžubērns"),
        ("viesģimene", "audžuģimene"),
        ("adopcija", "adoptēt", "adoptētājs", "adoptācija"),
        ("aizbildnis", "aizgādnis", "aizbildniecība"),
        ("bārenis", "bāriņš", "sirotis"),
        ("bāreņu nams", "bērnu nams"),
        ("bērnunams", "bērnnams", "institūcija"),
        ("bērns", "bērniņš", "mazulis", "zīdainis", "jaundzimušais"),
        ("jaunietis", "pusaudzis", "tīnis"),
        ("mamma", "māmiņa", "māte", "mama"),
        ("tētis", "tēvs"),
        ("māja", "mājiņa"),
        ("putns", "putniņš"),
        ("apliecinājums", "čeks", "kvīts", "kvīte"),
        ("izziņa", "apliecinājums"),
        ("rēķins", "konts", "rekvizīti", "IBAN"),
        ("kontakti", "sazināties", "tālrunis", "telefons"),
        ("mācības", "apmācība", "kurss", "seminārs"),
        ("ciemats", "ciems"),
        ("darbs", "vakance", "vakants"),
        ("vakance", "amats"),
        ("jaunumi", "ziņas", "aktualitātes"),
        ("pasākums", "notikums"),
        ("grāmata", "izdevums", "publikācija"),
        ("pārskats", "atskaite"),
        ("brīvprātīgais", "brīvprātīgo darbs"),
        ("vardarbība", "ļaunprātība", "pāridarījums"),
        ("sūdzība", "ziņot", "sūdzēties"),
        ("atvase", "bērns"),
        ("privātums", "personas dati", "sīkdatne"),
        ("pakalpojums", "palīdzība"),
        ("audzināt", "audzēt"),
        ("nodoklis", "VID"),
        ("pirmsadopcijas", "adopcija"),
        ("patstāvīgs", "patstāvība"),
        ("izglītot", "izglītība"),
    ),
    "en": (
        ("donate", "give", "gift", "donation", "contribute", "contribution"),
        ("donor", "giver", "supporter"),
        ("charity", "donate"),
        ("support", "help"),
        ("foster parent", "foster carer", "foster family", "foster home", "foster mother"),
        ("fostering", "foster"),
        ("adopt", "adoption", "adopter", "adoptive"),
        ("guardian", "guardianship"),
        ("orphan", "parentless"),
        ("orphanage", "institution"),
        ("child", "children", "kid", "kids"),
        ("baby", "newborn", "infant"),
        ("youth", "teenager", "adolescent"),
        ("young people", "young person", "young adult"),
        ("mother", "mum", "mom"),
        ("father", "dad"),
        ("receipt", "certificate", "confirmation"),
        ("account", "IBAN", "bank"),
        ("contact", "phone", "telephone"),
        ("training", "course", "seminar", "workshop"),
        ("job", "vacancy", "career"),
        ("news", "updates"),
        ("event", "calendar"),
        ("book", "publication"),
        ("report", "accounts"),
        ("volunteer", "volunteering"),
        ("abuse", "violence", "harm"),
        ("complaint", "concern", "complain"),
        ("privacy", "cookie", "gdpr"),
    ),
}

_LATVIAN: Final = """
    ar arī bet bez būs būt caur cik es esam esat esmu gan ir ja jau jo jūs jūsu ka kā kad kas kāda
    kādā kādas kāds kādu kam kāpēc kur kura kuras kurā kuri kurš kuru ko lai līdz man mēs mums mūsu
    nav ne nevis no pa par pār pat pēc pie pirms pret savs sava savas savu starp šis šī šo šie šajā
    tā tad tādēļ tam tāpēc tas te tie tika tikai to tur tu un uz vai var viņa viņi viņš viņu vēl
"""
_ENGLISH: Final = """
    a about after an and any are as at be been but by can could did do does for from had has have
    how i if in into is it its may me my of on or our so that the their them then there these they
    this those to us was we were what when where which who why will with would you your
"""

#: Words that are in nearly every sentence: they are found in titles alone, and count in a
#: question only if it has no others.
STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "lv": frozenset(_LATVIAN.split()),
    "en": frozenset(_ENGLISH.split()),
}
