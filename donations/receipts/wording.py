"""The fixed words of a receipt, in both languages.

Kept out of the gettext catalogues on purpose: a receipt's language is the donor's choice and not
the request's, and a document's legal wording changes by decision, not with a translation run.
No rate, ceiling or year is named here: they change, the document stays.
"""

from __future__ import annotations

from typing import Final

WORDING: Final[dict[str, dict[str, str]]] = {
    "lv": {
        "title.receipt": "Ziedojuma apliecinājums",
        "title.amendment": "Ziedojuma apliecinājuma grozījums",
        "title.annulment": "Ziedojuma apliecinājuma anulēšana",
        "number": "Nr.",
        "registration_number": "Reģistrācijas numurs",
        "lead.receipt": "Apliecinām, ka esam saņēmuši šo ziedojumu. Paldies!",
        "lead.amendment": (
            "Šis dokuments groza ziedojuma apliecinājumu Nr. {number} ({date}). "
            "Turpmāk izmantojiet šo dokumentu un tajā norādīto summu."
        ),
        "lead.annulment": (
            "Ziedojuma apliecinājums Nr. {number} ({date}) ir anulēts un vairs nav derīgs. "
            "To nevar izmantot nodokļu atvieglojuma saņemšanai."
        ),
        "amount.receipt": "Saņemtais ziedojums",
        "amount.amendment": "Ziedojuma summa pēc grozījuma",
        "amount.annulment": "Ziedojuma summa pēc anulēšanas",
        "amount_received": "Sākotnējā summa",
        "amount_refunded": "Atmaksāts ziedotājam",
        "donor": "Ziedotājs",
        "donor_name.person": "Vārds, uzvārds",
        "donor_name.company": "Nosaukums",
        "personal_code": "Personas kods",
        "gift": "Ziedojums",
        "fund": "Mērķis",
        "purpose": "Izlietojums",
        "paid_on": "Saņemts",
        "payment_method": "Maksājuma veids",
        "change": "Izmaiņas",
        "earlier": "Iepriekšējais dokuments",
        "earlier_value": "Nr. {number}, {date}",
        "reason": "Iemesls",
        "issuer": "Ziedojuma saņēmējs un dokumenta izdevējs",
        "organisation_name": "Nosaukums",
        "address": "Juridiskā adrese",
        "account": "Bankas konts",
        "gratuitous": (
            "Ziedojums saņemts bez atlīdzības: par to ziedotājs nesaņem ne preces, "
            "ne pakalpojumus, ne citu labumu."
        ),
        "use.person": (
            "Ziedojumu varat norādīt gada ienākumu deklarācijā Elektroniskās deklarēšanas sistēmā "
            "(EDS) kā attaisnotos izdevumus likumā noteiktajā apmērā. Saglabājiet šo apliecinājumu."
        ),
        "use.company": (
            "Apliecinājumu kopā ar ziedojuma līgumu var izmantot uzņēmumu ienākuma nodokļa "
            "atvieglojuma pamatošanai likumā noteiktajā kārtībā. Saglabājiet abus dokumentus."
        ),
        "no_code": (
            "Šajā dokumentā nav personas koda. Ja tas vajadzīgs deklarācijai, lūdziet mums "
            "apliecinājumu ar personas kodu."
        ),
        "verify": "Pārbaudīt dokumentu",
        "verify_how": "Noskenējiet kodu vai atveriet saiti un salīdziniet numuru un summu.",
        "verify_alt": "QR kods ar dokumenta pārbaudes lapas adresi {url}",
        "signature": "Dokuments ir sagatavots elektroniski un ir derīgs bez paraksta.",
        "attachment": "Dokumenta dati mašīnlasāmā formātā, bez personas koda",
        "sample": "PARAUGS / SAMPLE",
        "sample_note": "Paraugs. Dokuments nav derīgs.",
    },
    "en": {
        "title.receipt": "Donation receipt",
        "title.amendment": "Amendment to a donation receipt",
        "title.annulment": "Annulment of a donation receipt",
        "number": "No.",
        "registration_number": "Registration number",
        "lead.receipt": "We confirm that we have received this donation. Thank you!",
        "lead.amendment": (
            "This document amends donation receipt No. {number} ({date}). "
            "From now on, please use this document and the amount stated in it."
        ),
        "lead.annulment": (
            "Donation receipt No. {number} ({date}) has been annulled and is no longer valid. "
            "It cannot be used to claim tax relief."
        ),
        "amount.receipt": "Donation received",
        "amount.amendment": "Donation after the amendment",
        "amount.annulment": "Donation after the annulment",
        "amount_received": "Original amount",
        "amount_refunded": "Refunded to the donor",
        "donor": "Donor",
        "donor_name.person": "Full name",
        "donor_name.company": "Name",
        "personal_code": "Personal code",
        "gift": "Donation",
        "fund": "Fund",
        "purpose": "Purpose",
        "paid_on": "Received",
        "payment_method": "Payment method",
        "change": "Changes",
        "earlier": "Earlier document",
        "earlier_value": "No. {number}, {date}",
        "reason": "Reason",
        "issuer": "Recipient of the donation and issuer of this document",
        "organisation_name": "Name",
        "address": "Registered address",
        "account": "Account",
        "gratuitous": (
            "The donation was given without consideration: no goods, services or other benefit "
            "are provided in return."
        ),
        "use.person": (
            "In Latvia you can enter the donation as eligible expenditure, within the limits set "
            "by law, in your annual income tax return in the Electronic Declaration System (EDS). "
            "Please keep this receipt."
        ),
        "use.company": (
            "Together with the donation agreement this receipt can support a claim to corporate "
            "income tax relief in Latvia as provided by law. Please keep both documents."
        ),
        "no_code": (
            "This document carries no personal code. If your tax return needs one, please ask us "
            "for a receipt that states it."
        ),
        "verify": "Verify this document",
        "verify_how": "Scan the code or open the link and compare the number and the amount.",
        "verify_alt": "QR code with the address of this document's verification page {url}",
        "signature": "This document was issued electronically and is valid without a signature.",
        "attachment": "This document's data in machine-readable form, without the personal code",
        "sample": "PARAUGS / SAMPLE",
        "sample_note": "Sample. Not a valid document.",
    },
}
