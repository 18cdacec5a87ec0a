"""The facts of one receipt, frozen at the moment it is issued.

The snapshot is stored as JSON beside the receipt and is all that rendering needs. It is versioned:
``"schema": 1``. A later schema gets its own number and its own reader; old snapshots stay as
they are.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Final, Literal, Self, cast, get_args

from sosbca.core.text import format_iban

SCHEMA: Final = 1

Language = Literal["lv", "en"]

NUMBER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./_-]{0,38}[A-Za-z0-9])?")
_URL: Final = re.compile(r"https?://[!-~]{1,490}")


class SnapshotError(ValueError):
    """Facts that cannot be on one receipt, or JSON that is no receipt of this schema."""


class ReceiptKind(StrEnum):
    """What the document does: attest a gift, change an earlier document, or withdraw it."""

    RECEIPT = "receipt"
    AMENDMENT = "amendment"
    ANNULMENT = "annulment"


class DonorKind(StrEnum):
    """Whether the donor is a natural person or a legal entity."""

    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The receiver of the gift and issuer of the document, as registered.

    ``public_benefit_statement`` is the sentence on the public-benefit status, in the document's
    language. Without it the document says nothing about taxes.
    """

    name: str
    registration_number: str
    legal_address: str
    iban: str
    bank_name: str
    phone: str = ""
    email: str = ""
    web: str = ""
    public_benefit_statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """Who gave. ``personal_code`` (persons) and ``registration_number`` (companies) may be empty.

    The personal code is printed in full, because the tax authority asks for it, and is left out
    of the file attached to the PDF.
    """

    name: str
    kind: DonorKind
    personal_code: str = ""
    registration_number: str = ""

    def __repr__(self) -> str:
        return f"Donor({self.kind.value})"  # Names and codes stay out of logs.


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierDocument:
    """The document that an amendment or annulment refers to."""

    number: str
    issued_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSnapshot:
    """One receipt, amendment or annulment. Raises :class:`SnapshotError` when facts clash.

    * ``amount_cents`` is the gift as first received, ``refunded_cents`` what went back to the
      donor since; both in cents of ``currency`` (EUR only).
    * An amendment may leave the amount alone (a corrected name), an annulment may come without a
      refund (a document made in error): ``refunded_cents`` is then 0.
    * ``payment_method``, ``fund_name``, ``purpose`` and ``reason`` are texts in ``language``.
    * ``is_demo`` marks the page as a sample.
    """

    kind: ReceiptKind
    number: str
    issued_on: dt.date
    language: Language
    organisation: Organisation
    donor: Donor
    amount_cents: int
    paid_on: dt.date
    payment_method: str
    fund_name: str
    purpose: str
    verify_url: str
    refunded_cents: int = 0
    currency: str = "EUR"
    refers_to: EarlierDocument | None = None
    reason: str = ""
    is_demo: bool = False

    @property
    def net_cents(self) -> int:
        """The gift that this document attests, in cents; nothing once it is annulled."""
        if self.kind is ReceiptKind.ANNULMENT:
            return 0
        return self.amount_cents - self.refunded_cents

    def __post_init__(self) -> None:
        self._check_texts()
        self._check_amounts()
        if self.language not in get_args(Language):
            raise SnapshotError(f"unknown language {self.language!r}")
        numbers = [self.number]
        if self.kind is ReceiptKind.RECEIPT:
            if self.refers_to is not None or self.reason:
                raise SnapshotError("a receipt refers to no earlier document and has no reason")
        elif self.refers_to is None or not self.reason.strip():
            raise SnapshotError(f"an {self.kind.value} needs the earlier document and a reason")
        else:
            numbers.append(self.refers_to.number)
        if not all(NUMBER.fullmatch(number) for number in numbers):
            raise SnapshotError("a document number is up to 40 letters, digits and . / _ -")
        if not _URL.fullmatch(self.verify_url):
            raise SnapshotError("verify_url is not an absolute http(s) address in ASCII")

    def _check_texts(self) -> None:
        required = {
            "organisation.name": self.organisation.name,
            "organisation.registration_number": self.organisation.registration_number,
            "donor.name": self.donor.name,
            "payment_method": self.payment_method,
            "purpose": self.purpose,
        }
        for where, text in required.items():
            if not text.strip():
                raise SnapshotError(f"{where} is empty")
        if self.donor.personal_code and self.donor.kind is not DonorKind.PERSON:
            raise SnapshotError("only a person has a personal code")
        if self.donor.registration_number and self.donor.kind is not DonorKind.COMPANY:
            raise SnapshotError("only a company has a registration number")
        if self.organisation.iban:
            try:
                format_iban(self.organisation.iban)
            except ValueError as error:
                raise SnapshotError("organisation.iban is not the shape of an IBAN") from error
        try:
            self.to_json().encode()
        except UnicodeEncodeError as error:
            raise SnapshotError("half a surrogate pair is not text") from error

    def _check_amounts(self) -> None:
        if self.currency != "EUR":
            raise SnapshotError("receipts are made out in EUR")
        if self.amount_cents <= 0 or not 0 <= self.refunded_cents <= self.amount_cents:
            raise SnapshotError("the refund must lie between nothing and the gift")
        if self.kind is ReceiptKind.RECEIPT and self.refunded_cents:
            raise SnapshotError("a refund makes an amendment or an annulment, not a receipt")
        if self.kind is ReceiptKind.AMENDMENT and self.net_cents == 0:
            raise SnapshotError("a gift refunded in full makes an annulment")

    def to_json(self) -> str:
        """The whole snapshot as canonical JSON: sorted keys, no spaces, dates as ISO 8601."""
        return dump(self._as_dict())

    def public_json(self) -> str:
        """The snapshot without the donor's personal code: the PDF's machine-readable attachment."""
        data = self._as_dict()
        del data["donor"]["personal_code"]
        return dump(data)

    def _as_dict(self) -> dict[str, Any]:
        return {"schema": SCHEMA, "net_cents": self.net_cents, **asdict(self)}

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read :meth:`to_json`'s output.

        Raises :class:`SnapshotError` for another schema, missing or unknown keys, wrong types and
        facts that clash: a stored receipt is never read half.
        """
        try:
            data = json.loads(text)
        except ValueError as error:
            raise SnapshotError("not JSON") from error
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise SnapshotError(f"not a receipt of schema {SCHEMA}")
        values = dict(data)
        del values["schema"]
        net_cents = values.pop("net_cents", None)
        for key, part in (("organisation", Organisation), ("donor", Donor)):
            values[key] = read(part, values.get(key))
        if values.get("refers_to") is not None:
            values["refers_to"] = read(EarlierDocument, values["refers_to"])
        snapshot = read(cls, values)
        if snapshot.net_cents != net_cents:
            raise SnapshotError("net_cents does not follow from the amounts")
        return snapshot


def dump(data: dict[str, Any]) -> str:
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_encode_date
    )


def _encode_date(value: object) -> str:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise SnapshotError(f"a {type(value).__name__} has no place in a snapshot")


def read[T](cls: type[T], data: object) -> T:
    """Build one dataclass from decoded JSON, with every field present and of its type."""
    if not isinstance(data, dict):
        raise SnapshotError(f"{cls.__name__} is not an object")
    names = {field.name for field in fields(cast(Any, cls))}
    if data.keys() != names:
        odd = ", ".join(sorted(map(str, data.keys() ^ names)))
        raise SnapshotError(f"{cls.__name__}: missing or unknown keys: {odd}")
    return cls(**{key: _read_value(key, value) for key, value in data.items()})


def _read_value(key: str, value: object) -> object:
    if key in ("organisation", "donor", "refers_to", "gifts"):
        return value  # Built by the caller.
    if key == "is_demo":
        expected: type = bool
    elif key.endswith("_cents") or key == "year":
        expected = int
    else:
        expected = str
    if type(value) is not expected:  # isinstance would take True for a number of cents
        raise SnapshotError(f"{key} is not {expected.__name__}")
    try:
        if key in ("issued_on", "paid_on"):
            return dt.date.fromisoformat(str(value))
        if key == "kind":
            # The values of the two kinds differ, so one key name can serve both.
            return (DonorKind if value in set(DonorKind) else ReceiptKind)(str(value))
    except ValueError as error:
        raise SnapshotError(f"{key} is not readable") from error
    return value
