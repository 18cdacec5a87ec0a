"""The facts of one yearly statement, frozen at the moment it is issued.

Stored and versioned like a receipt's snapshot, see :mod:`donations.receipts.snapshot`.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Self, get_args

from donations.receipts.snapshot import (
    NUMBER,
    Donor,
    DonorKind,
    Language,
    Organisation,
    SnapshotError,
    dump,
    read,
)

SCHEMA: Final = "statement-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementGift:
    """One gift that still counts: when it came, its latest document, and what is left of it.

    ``note`` says what was given in kind; it is empty for money.
    """

    paid_on: dt.date
    number: str
    fund_name: str
    net_cents: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSnapshot:
    """What a donor gave in a year. Raises :class:`SnapshotError` when facts clash.

    * ``gifts`` are in the order in which they came, net of what went back, in cents of EUR.
      A statement without gifts takes back an earlier one whose gifts were all refunded.
    * ``replaces`` is the number of the statement that this one follows, or empty.
    * ``limit`` is a dated sentence on how much of it the tax authority counts, or empty.
    * ``is_demo`` marks the pages as a sample.
    """

    number: str
    year: int
    issued_on: dt.date
    language: Language
    organisation: Organisation
    donor: Donor
    gifts: tuple[StatementGift, ...]
    replaces: str = ""
    limit: str = ""
    is_demo: bool = False

    @property
    def total_cents(self) -> int:
        """All gifts of the year, net, in cents."""
        return sum(gift.net_cents for gift in self.gifts)

    @property
    def relief_cents(self) -> int:
        """What a person may state in the tax return, in cents. Nothing without the association's
        public-benefit status; a company's relief does not go by a yearly sum."""
        is_person = self.donor.kind is DonorKind.PERSON
        has_status = bool(self.organisation.public_benefit_statement.strip())
        return self.total_cents if is_person and has_status else 0

    @property
    def attested(self) -> str:
        """What the statement attests and to whom, as canonical JSON: the same text means that no
        other statement is called for, whatever the association's telephone is by now."""
        return dump(
            {
                "year": self.year,
                "language": self.language,
                "donor": asdict(self.donor),
                "gifts": [[gift.paid_on, gift.number, gift.net_cents] for gift in self.gifts],
                "relief": self.relief_cents > 0,
            }
        )

    def __post_init__(self) -> None:
        if self.language not in get_args(Language):
            raise SnapshotError(f"unknown language {self.language!r}")
        if not self.donor.name.strip() or not self.organisation.name.strip():
            raise SnapshotError("a statement names who gave and who received")
        numbers = [self.number, *(gift.number for gift in self.gifts)]
        if self.replaces:
            numbers.append(self.replaces)
        if not all(NUMBER.fullmatch(number) for number in numbers):
            raise SnapshotError("a document number is up to 40 letters, digits and . / _ -")
        for gift in self.gifts:
            if gift.net_cents <= 0:
                raise SnapshotError("a gift of which nothing is left is on no statement")
            if gift.paid_on.year != self.year:
                raise SnapshotError("a gift of another year")
        if not self.gifts and not self.replaces:
            raise SnapshotError("a first statement has gifts")
        try:
            self.to_json().encode()
        except UnicodeEncodeError as error:
            raise SnapshotError("half a surrogate pair is not text") from error

    def to_json(self) -> str:
        """The whole snapshot as canonical JSON."""
        return dump(self._as_dict())

    def public_json(self) -> str:
        """The snapshot without the donor's personal code: the PDF's machine-readable attachment."""
        data = self._as_dict()
        del data["donor"]["personal_code"]
        return dump(data)

    def _as_dict(self) -> dict[str, Any]:
        return {"schema": SCHEMA, "total_cents": self.total_cents, **asdict(self)}

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read :meth:`to_json`'s output. Raises :class:`SnapshotError` for anything else."""
        try:
            data = json.loads(text)
        except ValueError as error:
            raise SnapshotError("not JSON") from error
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise SnapshotError(f"not a {SCHEMA}")
        values = dict(data)
        del values["schema"]
        total_cents = values.pop("total_cents", None)
        values["organisation"] = read(Organisation, values.get("organisation"))
        values["donor"] = read(Donor, values.get("donor"))
        gifts = values.get("gifts")
        if not isinstance(gifts, list):
            raise SnapshotError("gifts is not a list")
        values["gifts"] = tuple(read(StatementGift, gift) for gift in gifts)
        snapshot = read(cls, values)
        if snapshot.total_cents != total_cents:
            raise SnapshotError("total_cents does not follow from the gifts")
        return snapshot
