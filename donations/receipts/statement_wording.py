"""The fixed words of a yearly statement; see :mod:`donations.receipts.wording` for the reasons."""

from __future__ import annotations

from typing import Final

#: The tax authority's electronic declaration system.
EDS: Final = "https://eds.vid.gov.lv"

STATEMENT_WORDING: Final[dict[str, dict[str, str]]] = {
    "lv": {
        "title": "Ziedojumu pārskats par {year}. gadu",
        "number": "Nr.",
        "lead": (
            "Apliecinām, ka {year}. gadā esam saņēmuši tālāk norādītos ziedojumus. Paldies, "
            "ka visu gadu bijāt līdzās bērniem un ģimenēm!"
        ),
        "lead.replaces": (
            "Šis pārskats aizstāj pārskatu Nr. {replaces}. Lūdzu, turpmāk izmantojiet šo dokumentu."
        ),
        "lead.empty": (
            "Šis pārskats aizstāj pārskatu Nr. {replaces}: {year}. gadā saņemtie ziedojumi ir "
            "atmaksāti vai anulēti, un nodokļu atvieglojumam tos izmantot nevar."
        ),
        "amount": "Ziedojumi {year}. gadā, atskaitot atmaksāto",
        "about": "Par šo pārskatu",
        "gifts": "Ziedojumi",
        "paid_on": "Saņemts",
        "document": "Apliecinājums",
        "fund": "Mērķis",
        "net": "Summa",
        "total": "Kopā",
        "in_kind": "{fund} (mantisks ziedojums: {what})",
        "relief": "Summa gada ienākumu deklarācijai",
        "basis": (
            "Pārskatā ir tikai tie ziedojumi, kuru apliecinājumi izsniegšanas dienā ir derīgi; "
            "atmaksātās summas ir atņemtas. Par katru ziedojumu ir izsniegts atsevišķs "
            "apliecinājums ar norādīto numuru."
        ),
        "tax": "Kā norādīt ziedojumus gada ienākumu deklarācijā",
        "step.1": (
            "Pieslēdzieties VID Elektroniskās deklarēšanas sistēmai (EDS) un atveriet gada "
            "ienākumu deklarāciju par {year}. gadu."
        ),
        "step.2": (
            "Attaisnoto izdevumu sadaļā pievienojiet ziedojumu un norādiet saņēmēja nosaukumu, "
            "reģistrācijas numuru ({registration}) un summu {amount}."
        ),
        "step.3": (
            "Pievienojiet šo pārskatu kā apliecinošu dokumentu, ja sistēma to lūdz, un iesniedziet "
            "deklarāciju. Pārskatu saglabājiet."
        ),
        "step.note": (
            "Cik lielu daļu no ziedojuma ņem vērā un līdz kuram datumam iesniedz deklarāciju, "
            "nosaka likums; par attiecīgo gadu to skatiet VID tīmekļvietnē."
        ),
    },
    "en": {
        "title": "Statement of donations for {year}",
        "number": "No.",
        "lead": (
            "We confirm that we received the donations listed below in {year}. Thank you for "
            "standing by children and families all year!"
        ),
        "lead.replaces": (
            "This statement replaces statement No. {replaces}. From now on, please use this one."
        ),
        "lead.empty": (
            "This statement replaces statement No. {replaces}: the donations received in {year} "
            "were refunded or annulled and cannot be used to claim tax relief."
        ),
        "amount": "Donations in {year}, less refunds",
        "about": "About this statement",
        "gifts": "Donations",
        "paid_on": "Received",
        "document": "Receipt",
        "fund": "Fund",
        "net": "Amount",
        "total": "Total",
        "in_kind": "{fund} (in kind: {what})",
        "relief": "Amount for your income tax return",
        "basis": (
            "Only donations whose receipts are valid on the day of issue are listed, less what was "
            "refunded. A receipt of its own with the number shown was issued for each donation."
        ),
        "tax": "How to enter donations in your Latvian income tax return",
        "step.1": (
            "Sign in to the Electronic Declaration System (EDS) of the State Revenue Service and "
            "open the annual income tax return for {year}."
        ),
        "step.2": (
            "In the part on eligible expenditure add a donation: the recipient’s name, its "
            "registration number ({registration}) and the amount of {amount}."
        ),
        "step.3": (
            "Attach this statement as the supporting document if the system asks for one, and "
            "submit the return. Please keep the statement."
        ),
        "step.note": (
            "The law decides how much of a donation counts and until when the return is due; for "
            "the year in question please look at the State Revenue Service’s website."
        ),
    },
}
