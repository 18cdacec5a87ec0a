"""Receipts: one page, two standards, the same bytes every time, and nothing a name can break."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from donations.receipts import (
    Donor,
    DonorKind,
    EarlierDocument,
    Organisation,
    ReceiptKind,
    ReceiptSnapshot,
    SnapshotError,
    render_receipt,
)
from donations.receipts.glyphs import REPLACEMENT, drawable
from donations.receipts.wording import WORDING

ROOT = Path(__file__).resolve().parents[2]
NBSP = "\u00a0"
PERSONAL_CODE = "121282-11234"

RECEIPT = ReceiptSnapshot(
    kind=ReceiptKind.RECEIPT,
    number="Z-2026-000123",
    issued_on=dt.date(2026, 10, 31),
    language="lv",
    organisation=Organisation(
        name="Latvijas SOS Bērnu ciematu asociācija",
        registration_number="40008000007",
        legal_address="Parauga iela 1, Rīga, LV-1000",
        iban="LV80BANK0000435195001",
        bank_name="AS „Parauga banka”",
        phone="+371 6000 0000",
        email="ziedojumi@example.org",
        web="example.org",
        public_benefit_statement="Biedrībai ir sabiedriskā labuma organizācijas statuss.",
    ),
    donor=Donor(name="Žanete Ķirķe-Šņoriņa", kind=DonorKind.PERSON, personal_code=PERSONAL_CODE),
    amount_cents=123_456,
    paid_on=dt.date(2026, 10, 30),
    payment_method="Maksājumu karte (Stripe)",
    fund_name="Atbalsts audžuģimenēm",
    purpose="Vispārējs ziedojums bērniem un ģimenēm Latvijā",
    verify_url="https://example.org/lv/ziedot/parbaude/7Q4M-K2XD-9T/",
)
EARLIER = EarlierDocument(number="Z-2026-000123", issued_on=dt.date(2026, 10, 31))
AMENDMENT = replace(
    RECEIPT,
    kind=ReceiptKind.AMENDMENT,
    number="Z-2026-000200",
    issued_on=dt.date(2026, 11, 5),
    refunded_cents=50_000,
    refers_to=EARLIER,
    reason="Daļa ziedojuma atmaksāta.",
)
ANNULMENT = replace(
    AMENDMENT,
    kind=ReceiptKind.ANNULMENT,
    number="Z-2026-000201",
    refunded_cents=123_456,
    reason="Ziedojums atmaksāts pilnībā.",
)
COMPANY = replace(
    RECEIPT,
    language="en",
    donor=Donor(
        name="Baltic Timber & Sons SIA",
        kind=DonorKind.COMPANY,
        registration_number="40003032949",
    ),
    is_demo=True,
)
LONGEST = replace(
    AMENDMENT,
    donor=Donor(name="Maksimiliāna-Ķēniņa " * 10, kind=DonorKind.PERSON),
    organisation=replace(RECEIPT.organisation, name="Ļoti gara biedrība " * 10),
    fund_name="Fonds " * 30,
    purpose="Mērķziedojums " * 20,
    reason="Garš iemesls " * 40,
    verify_url="https://example.org/" + "a" * 180,
    is_demo=True,
)
SAMPLES = {
    "receipt": RECEIPT,
    "company": COMPANY,
    "amendment": AMENDMENT,
    "annulment": ANNULMENT,
    "longest": LONGEST,
}


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf), strict=True)


def page_text(snapshot: ReceiptSnapshot) -> str:
    """All text of the one page, with white space and offered line breaks evened out."""
    reader = read(render_receipt(snapshot))
    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text().replace("\u200b", "")
    return " ".join(text.split())


def attachment(pdf: bytes) -> tuple[str, bytes]:
    ((name, contents),) = read(pdf).attachments.items()
    return name, contents[0]


@pytest.mark.parametrize("snapshot", SAMPLES.values(), ids=SAMPLES.keys())
def test_the_file_claims_and_carries_both_standards(snapshot: ReceiptSnapshot) -> None:
    reader = read(render_receipt(snapshot))
    assert len(reader.pages) == 1
    root: Any = reader.root_object
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part\W+3\b", xmp)
    assert re.search(r"pdfaid:conformance\W+A\b", xmp)
    assert re.search(r"pdfuaid:part\W+1\b", xmp)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].split("-")[0] == snapshot.language
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert reader.metadata is not None
    assert str(reader.metadata.title).endswith(snapshot.number)
    assert "/Encrypt" not in reader.trailer


@pytest.mark.parametrize("snapshot", SAMPLES.values(), ids=SAMPLES.keys())
def test_every_font_is_embedded_and_ours(snapshot: ReceiptSnapshot) -> None:
    reader = read(render_receipt(snapshot))
    page: Any = reader.pages[0]
    fonts = page["/Resources"]["/Font"]
    assert fonts
    for reference in fonts.values():
        font = reference.get_object()
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert re.match(r"/[A-Z]{6}\+(OpenSans|DejaVuSans|DroidSans)", font["/BaseFont"])


def structure(node: Any, found: list[Any]) -> list[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            structure(kid, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(node)
        structure(node.get("/K", []), found)
    return found


def test_structure_for_screen_readers() -> None:
    reader = read(render_receipt(RECEIPT))
    root: Any = reader.root_object
    nodes = structure(root["/StructTreeRoot"], [])
    kinds = [node["/S"] for node in nodes]
    assert kinds.count("/Title") == 1
    assert kinds.count("/H1") == 4  # donor, gift, issuer, verification
    assert kinds.count("/L") == 3  # facts are lists of a label and a body each
    assert kinds.count("/Lbl") == kinds.count("/LBody") == kinds.count("/LI") >= 10
    (figure,) = [node for node in nodes if node["/S"] == "/Figure"]
    assert "QR" in figure["/Alt"]
    assert RECEIPT.verify_url in figure["/Alt"]
    assert "/Link" in kinds


def test_a_receipt_shows_its_facts() -> None:
    text = page_text(RECEIPT)
    for fact in (
        "Ziedojuma apliecinājums",
        "Nr. Z-2026-000123",
        "2026. gada 31. oktobris",
        "Žanete Ķirķe-Šņoriņa",
        PERSONAL_CODE,
        "1 234,56 €",
        "viens tūkstotis divi simti trīsdesmit četri eiro un 56 centi",
        "2026. gada 30. oktobris",
        "Maksājumu karte (Stripe)",
        "Atbalsts audžuģimenēm",
        "Vispārējs ziedojums bērniem un ģimenēm Latvijā",
        "Latvijas SOS Bērnu ciematu asociācija",
        "40008000007",
        "Parauga iela 1, Rīga, LV-1000",
        "LV80 BANK 0000 4351 9500 1",
        "bez atlīdzības",
        "sabiedriskā labuma organizācijas statuss",
        "EDS",
        "derīgs bez paraksta",
        RECEIPT.verify_url,
    ):
        assert fact in text
    assert "PARAUGS" not in text
    assert WORDING["lv"]["no_code"] not in text


def test_a_company_receipt_in_english() -> None:
    text = page_text(COMPANY)
    for fact in (
        "Donation receipt",
        "31 October 2026",
        "€1,234.56",
        "one thousand two hundred and thirty-four euros and fifty-six cents",
        "Baltic Timber & Sons SIA",
        "40003032949",
        "without consideration",
        "donation agreement",
        "Sample. Not a valid document.",
    ):
        assert fact in text
    assert "Personal code" not in text


def test_no_word_about_tax_without_public_benefit_status() -> None:
    organisation = replace(RECEIPT.organisation, public_benefit_statement="")
    text = page_text(replace(RECEIPT, organisation=organisation))
    assert "EDS" not in text
    assert "bez atlīdzības" in text


def test_a_person_without_a_code_learns_what_is_missing() -> None:
    donor = Donor(name="Jānis Bērziņš", kind=DonorKind.PERSON)
    assert WORDING["lv"]["no_code"] in page_text(replace(RECEIPT, donor=donor))


def test_an_amendment_says_what_changed() -> None:
    text = page_text(AMENDMENT)
    for fact in (
        "groza ziedojuma apliecinājumu Nr. Z-2026-000123 (2026. gada 31. oktobris)",
        "Nr. Z-2026-000200",
        "Daļa ziedojuma atmaksāta.",
        "Sākotnējā summa 1 234,56 €",
        "Atmaksāts ziedotājam 500,00 €",
        "734,56 €",
        "septiņi simti trīsdesmit četri eiro un 56 centi",
    ):
        assert fact in text


def test_an_annulment_withdraws_and_promises_nothing() -> None:
    text = page_text(ANNULMENT)
    assert "Nr. Z-2026-000123 (2026. gada 31. oktobris) ir anulēts" in text
    assert "0,00 €" in text
    assert "EDS" not in text
    assert "bez atlīdzības" not in text


def test_wording_is_complete_in_both_languages() -> None:
    assert WORDING["lv"].keys() == WORDING["en"].keys()


def test_the_attachment_is_the_snapshot_without_the_personal_code() -> None:
    pdf = render_receipt(RECEIPT)
    name, contents = attachment(pdf)
    assert name == "Z-2026-000123.json"
    assert contents.decode() == RECEIPT.public_json()
    assert PERSONAL_CODE not in contents.decode()
    data = json.loads(contents)
    assert data["schema"] == 1
    assert data["net_cents"] == data["amount_cents"] == 123_456
    assert data["donor"]["name"] == "Žanete Ķirķe-Šņoriņa"
    root: Any = read(pdf).root_object
    (file,) = root["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Data"
    assert "personal" not in str(read(pdf).metadata)


CHILD = """
import hashlib, sys
from donations.receipts import ReceiptSnapshot, render_receipt
pdf = render_receipt(ReceiptSnapshot.from_json(sys.stdin.read()))
print(hashlib.sha256(pdf).hexdigest())
"""


def digest_elsewhere(snapshot: ReceiptSnapshot, zone: str, folder: Path) -> str:
    environment = {
        **os.environ,
        "TZ": zone,
        "PYTHONHASHSEED": str(len(zone)),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)]),
        "PYTHONIOENCODING": "utf-8",
    }
    finished = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=snapshot.to_json(),
        env=environment,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return finished.stdout.strip()


def test_equal_bytes_in_any_process_place_and_time_zone(tmp_path: Path) -> None:
    here = hashlib.sha256(render_receipt(LONGEST)).hexdigest()
    assert digest_elsewhere(LONGEST, "Pacific/Kiritimati", tmp_path) == here
    assert digest_elsewhere(LONGEST, "America/Adak", ROOT) == here
    render_receipt(COMPANY)
    assert hashlib.sha256(render_receipt(LONGEST)).hexdigest() == here


def test_threads_do_not_mix_receipts() -> None:
    snapshots = [replace(RECEIPT, number=f"Z-2026-{i:06d}") for i in range(24)]
    with ThreadPoolExecutor(8) as pool:
        for snapshot, pdf in zip(snapshots, pool.map(render_receipt, snapshots), strict=True):
            assert attachment(pdf)[0] == f"{snapshot.number}.json"
            assert snapshot.number in read(pdf).pages[0].extract_text()


NASTY = [
    '#panic("x") #read("/etc/passwd") $x^2$ \\ *b* _i_ `r` <l> @f // c /* d */ ] } ) " \\u{41}',
    "محمد الأحمد",
    "דוד כהן",
    "山田 太郎 李小龙",
    "ნინო Արամ Ελένη Đặng Thị Ỹ",
    "👩‍👩‍👧 🎉❤️ 😀",
    "김철수 สมชาย",
    "\u202egnp.exe\u202c\x00\x07\n\r\t",
    "Z\u0351\u036b\u0343a\u0489\u0321l\u0334g\u0315o\u0488",
    "W" * 200,
    "\ufdfd" * 20,
    "\U0001d400\uff21\u2460",
    "\u00ad\u200b\u2060\ufeff",
    "10 € กก",
]


@pytest.mark.parametrize("name", NASTY)
def test_any_name_makes_one_page(name: str) -> None:
    page_text(replace(LONGEST, donor=Donor(name=name, kind=DonorKind.PERSON)))


def test_markup_is_shown_and_not_run() -> None:
    name = '#strong[x] $a$ *b* _c_ `d` <e> @f "g" -- ...'
    donor = Donor(name=name, kind=DonorKind.PERSON)
    assert name in page_text(replace(RECEIPT, donor=donor))


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=120).filter(str.strip))
@example("\u0300")
@example("a\u0483\u0300")
def test_any_text_renders(name: str) -> None:
    snapshot = replace(RECEIPT, donor=Donor(name=name, kind=DonorKind.PERSON), purpose=name)
    assert len(read(render_receipt(snapshot)).pages) == 1


def test_what_fonts_lack_is_brought_down_to_what_they_have() -> None:
    assert drawable("Žanete  Ķirķe\n") == "Žanete Ķirķe"
    assert drawable("Z\u030canete") == "Žanete"
    assert drawable("\uff21\U0001d401") == "AB"
    assert drawable("Anna 🎉 Bē") == "Anna Bē"
    assert drawable("ก") == REPLACEMENT
    assert drawable("🎉") == REPLACEMENT
    assert drawable("a\u202eb") == "ab"
    assert drawable("W" * 60) == "W" * 30 + "\u200b" + "W" * 30
    assert drawable(f"1{NBSP}000") == "1 000"


@pytest.mark.parametrize("snapshot", SAMPLES.values(), ids=SAMPLES.keys())
def test_json_round_trip(snapshot: ReceiptSnapshot) -> None:
    text = snapshot.to_json()
    again = ReceiptSnapshot.from_json(text)
    assert again == snapshot
    assert again.to_json() == text
    assert json.loads(text)["schema"] == 1
    assert isinstance(again.kind, ReceiptKind)
    assert isinstance(again.donor.kind, DonorKind)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"net_cents": 1},
        {"amount_cents": True},
        {"amount_cents": 1234.56},
        {"amount_cents": "123456"},
        {"is_demo": 0},
        {"issued_on": "31.10.2026"},
        {"issued_on": None},
        {"kind": "invoice"},
        {"donor": None},
        {"donor": {"name": "A"}},
        {"extra": 1},
        {"language": "ru"},
    ],
)
def test_other_json_is_refused(change: dict[str, Any]) -> None:
    data = {**json.loads(RECEIPT.to_json()), **change}
    with pytest.raises(SnapshotError):
        ReceiptSnapshot.from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"schema":1}'])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(SnapshotError):
        ReceiptSnapshot.from_json(text)


@pytest.mark.parametrize(
    ("snapshot", "change"),
    [
        (RECEIPT, {"amount_cents": 0}),
        (RECEIPT, {"amount_cents": -1}),
        (RECEIPT, {"refunded_cents": 1}),
        (RECEIPT, {"refers_to": EARLIER}),
        (RECEIPT, {"reason": "x"}),
        (RECEIPT, {"currency": "USD"}),
        (RECEIPT, {"number": ""}),
        (RECEIPT, {"number": "../etc"}),
        (RECEIPT, {"verify_url": "javascript:alert(1)"}),
        (RECEIPT, {"verify_url": "https://example.org/ā b"}),
        (RECEIPT, {"purpose": " "}),
        (RECEIPT, {"organisation": replace(RECEIPT.organisation, iban="LV80")}),
        (RECEIPT, {"purpose": "\ud800"}),
        (RECEIPT, {"donor": Donor(name="", kind=DonorKind.PERSON)}),
        (
            RECEIPT,
            {"donor": Donor(name="A", kind=DonorKind.COMPANY, personal_code=PERSONAL_CODE)},
        ),
        (
            RECEIPT,
            {"donor": Donor(name="A", kind=DonorKind.PERSON, registration_number="40003032949")},
        ),
        (AMENDMENT, {"refers_to": None}),
        (AMENDMENT, {"reason": ""}),
        (AMENDMENT, {"refunded_cents": 123_456}),
        (AMENDMENT, {"refunded_cents": 123_457}),
        (ANNULMENT, {"refunded_cents": -1}),
    ],
)
def test_facts_that_clash_are_refused(snapshot: ReceiptSnapshot, change: dict[str, Any]) -> None:
    with pytest.raises(SnapshotError):
        replace(snapshot, **change)


def test_what_is_left_of_the_gift() -> None:
    assert RECEIPT.net_cents == 123_456
    assert AMENDMENT.net_cents == 73_456
    assert ANNULMENT.net_cents == 0
    assert replace(ANNULMENT, refunded_cents=0).net_cents == 0


def test_names_and_codes_stay_out_of_logs() -> None:
    assert "Žanete" not in repr(RECEIPT)
    assert PERSONAL_CODE not in repr(RECEIPT)
