"""Which words of Latvian meet, and which must not."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosbca.search.analysis import ask, fold, term

# Each row: forms, relatives and spellings of one thing.
MEET = """
audžuģimene audžuģimenes audžuģimenei audžuģimeni audžuģimenē audžuģimeņu audžuģimenēm audžuģimenēs
lācis lāča lācim lāci lāči lāču lāčiem
ziedot ziedo ziedoju ziedojam ziedoja ziedošana ziedošanas ziedojums ziedojuma ziedojumi ziedojumu
ziedot ziedojumiem ziedots ziedotais ziedojusi ziedojot ziedotājs ziedotāji ziedotājiem ziedotāja
bērns bērna bērnam bērnu bērnā bērni bērniem bērnus bērnos bērnība
projekts projekta projektam projektu projekti projektiem projektus projektos
rīga rīgas rīgai rīgu rīgā
grāmata grāmatas grāmatai grāmatu grāmatā grāmatām grāmatās
mācīt mācīties mācās māca mācības mācību mācībām mācībās mācīšana mācīšanās
jaunietis jaunieša jaunietim jaunieši jauniešu jauniešiem jauniete jaunietes
palīdzēt palīdz palīdzam palīdzēja palīdzība palīdzības palīdzību palīdzēšana
iestāde iestādes iestādē iestāžu iestādēm
adoptēt adoptēja adoptēts adoptētājs adoptētāji adoptētājiem adoptēšana
aizbildnis aizbildņa aizbildnim aizbildņi aizbildņu aizbildņiem aizbildnība
apliecinājums apliecinājuma apliecinājumu apliecinājumi apliecināt apliecina
brālis brāļa brālim brāļi brāļu brālītis brālīša
māja mājas mājai māju mājā mājās mājām
zeme zemes zemi zemju zemēm
aprūpe aprūpes aprūpi aprūpju aprūpē
darbinieks darbinieka darbinieki darbinieku darbiniekiem
sociāls sociālais sociālā sociālo sociālie sociālajam sociālajā sociālajiem sociālās sociālajām
psihologs psihologa psihologi psiholoģija psiholoģijas psiholoģisks psiholoģiskā
rehabilitācija rehabilitācijas rehabilitāciju rehabilitēt rehabilitē
integrācija integrācijas integrēt integrēts
kvalitāte kvalitātes kvalitātei kvalitāti kvalitātē
pilsēta pilsētas pilsētā pilsētu
vecāki vecāku vecākiem vecāks
dzīvot dzīvo dzīvojam dzīvoja dzīvošana dzīve dzīves dzīvē
atbalsts atbalsta atbalstu atbalstīt atbalstām atbalstītājs atbalstītājiem atbalstīšana
latvija latvijas latvijai latviju latvijā
latvietis latvieša latvieši latviešu latviešiem
pieteikties pieteikums pieteikuma pieteikšanās pieteikšanos piesakies
iesaistīties iesaistās iesaistīšanās iesaistīt
ģimene ģimenes ģimenei ģimeni ģimenē ģimeņu ģimenēm ģimenēs
programma programmas programmu programmā programmām
nakts nakti naktī naktis nakšu
mēnesis mēneša mēneši mēnešu
tiesības tiesību tiesībām
brīvprātīgs brīvprātīgais brīvprātīgo brīvprātīgie brīvprātīgajiem
piedzimt piedzimst piedzimstot piedzimšana
valmiera valmieras valmierā
īslīce īslīces īslīcē
jelgava jelgavas jelgavā
mazs mazais mazā mazo mazie
mākonis mākoņa mākoņi mākoņu
putns putna putni putniņš putniņu
pusaudzis pusaudža pusaudži pusaudžu pusaudžiem
kļūt kļūst kļūstu
ciemats ciemata ciematā ciemati ciematu
skola skolas skolā skolu
pakalpojums pakalpojuma pakalpojumi pakalpojumu
speciālists speciālista speciālisti speciālistu
rūpes rūpēties rūpējas rūpējamies
audzināt audzina audzinātājs audzinātāja audzināšana
krīze krīzes krīžu krīzē
bārenis bāreņa bāreņi bāreņu bāreņiem
veselība veselības veselību veselībai
izglītība izglītības izglītību
biedrība biedrības biedrību
pārskats pārskata pārskati pārskatu
gads gada gadā gadu gadiem
vasara vasaras vasarā vasarai
upe upes upju upēm
oga ogas ogu ogām
suns suņa suni suņi suņu
akmens akmeņi akmeņu akmeņiem
tirgus tirgu tirgū tirgum
māsa māsas māsai māsu māsām
māte mātes mātei māti mātēm
tēvs tēva tēvam tēvi
draugs drauga draugi draugiem
zvaigzne zvaigznes zvaigžņu
konsultācija konsultācijas konsultāciju konsultēt
vienošanās vienošanos
ministrija ministrijas ministriju
"""

# Pairs that a reader would not take for each other.
APART = """
zieds ziedot
ziedi ziedojums
māte māsa
grāmata grams
vecāki veci
pasākums pasaka
pils pilsēta
mašīna māsa
vieta viesi
karote karš
skaits skats
marts Mārtiņš
medicīna mediķis
krusts Kristīne
latvietis lats
bērns bērzs
ģimene ģimnāzija
projekts process
brālis bruģis
dārzs darbs
palīgs pālis
Rīga rijas
nams nakts
mācība māja
audžuģimene audzināt
aizbildnis aizmugure
koks kods
tiesa tilts
lieta lietot
speciālists sports
jauns jaunietis
dators datums
sniegs sniegums
valsts valoda
gads gādība
grāmata grāmatvedība
uzņēmums saņēmums
"""


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


PAIRS = [(row[0], other) for row in rows(MEET) for other in row[1:]]


def test_the_tables_are_as_large_as_they_should_be() -> None:
    assert len(rows(MEET)) >= 60
    assert len(PAIRS) >= 250
    assert len(rows(APART)) >= 20


@pytest.mark.parametrize("forms", rows(MEET), ids=lambda forms: forms[0] + "-" + forms[1])
def test_forms_of_a_word_meet(forms: list[str]) -> None:
    assert {form: term(form, "lv") for form in forms} == dict.fromkeys(forms, term(forms[0], "lv"))


@pytest.mark.parametrize("pair", rows(APART), ids=" ".join)
def test_different_words_stay_apart(pair: list[str]) -> None:
    one, other = (term(word, "lv") for word in pair)
    assert one != other


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        ("audzugimene", "audžuģimeņu"),
        ("audzugimenem", "audžuģimene"),
        ("berni", "bērnam"),
        ("ziedosana", "ziedojumi"),
        ("macibas", "mācībām"),
        ("gramata", "grāmatas"),
        ("lacis", "lāča"),
        ("jauniesi", "jauniešiem"),
        ("Riga", "Rīgā"),
        ("gimenes", "ģimeņu"),
        ("aizbildni", "aizbildnis"),
        ("iestazu", "iestādē"),
        ("SOCIĀLAIS", "socialo"),
    ],
)
def test_diacritics_may_be_left_out(typed: str, spelt: str) -> None:
    assert term(typed, "lv") == term(spelt, "lv")


@given(st.text(alphabet="aābcčdeēfgģhiījkķlļmnņoprsštuūvzž", min_size=1, max_size=20))
def test_diacritics_never_matter(word: str) -> None:
    assert term(word, "lv") == term(fold(word), "lv") == term(word.upper(), "lv")


@given(st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=40))
def test_a_stem_is_never_empty_nor_longer_than_the_word(word: str) -> None:
    stem = term(word, "lv")
    assert 0 < len(stem) <= max(len(word), 3) + 4


@pytest.mark.parametrize("word", ["SOS", "NVO", "PEP", "2022", "COVID19", "Жизнь", "no"])
def test_abbreviations_figures_and_other_scripts_stay_whole(word: str) -> None:
    assert term(word, "lv") == fold(word)


@pytest.mark.parametrize(
    ("asked", "also"),
    [
        ("dāvināt", "ziedojums"),
        ("audžuvecāki", "audžuģimene"),
        ("audžumamma", "audžuģimeņu"),
        ("cekus", "apliecinājums"),
        ("kvīts", "apliecinājumi"),
        ("adopcija", "adoptēt"),
        ("mazulis", "bērns"),
        ("telefons", "kontakti"),
    ],
)
def test_synonyms_answer_less_well(asked: str, also: str) -> None:
    (word,) = ask(asked, "lv").words
    factor = word.terms[term(also, "lv")]
    assert 0 < factor < 1 == word.terms[term(asked, "lv")]
