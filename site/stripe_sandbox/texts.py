"""The words on the hosted pages, in the two languages that the sandbox speaks."""

from __future__ import annotations

from typing import Any

ENGLISH = {
    "banner": "Test page — this is not Stripe, and no money moves",
    "pay": "Pay {amount}",
    "donate": "Donate {amount}",
    "subscribe": "Subscribe for {amount}",
    "day": "per day",
    "week": "per week",
    "month": "per month",
    "year": "per year",
    "back": "Back to {name}",
    "contact": "Your details",
    "email": "E-mail",
    "name": "Name",
    "card": "Card",
    "card_number": "Card number",
    "expiry": "Expiry (MM/YY)",
    "cvc": "CVC",
    "or_choose": "Test payment",
    "choose_hint": "A choice here counts instead of the number below. Real cards do not work.",
    "typed": "Use the number typed below",
    "test_numbers": "Numbers for tests",
    "iban": "IBAN",
    "card_or_iban": "Card number or IBAN",
    "declined": "The payment did not go through",
    "unknown_number": "Your card number is incorrect. Only the listed test numbers work here.",
    "bad_email": "Enter an e-mail address.",
    "bad_name": "Enter a name.",
    "bad_expiry": "Your card's expiration date is incomplete or in the past.",
    "bad_cvc": "Your card's security code is incomplete.",
    "mandate": "By paying by SEPA debit you would allow {name} to debit your account.",
    "3ds_title": "3-D Secure",
    "3ds_text": "Your bank asks: do you confirm this payment of {amount} to {name}?",
    "3ds_accept": "Confirm",
    "3ds_refuse": "Refuse",
    "complete": "This payment is complete.",
    "complete_more": "Nothing is left to do on this page.",
    "expired": "This page has expired.",
    "expired_more": "Go back and start again if you still want to pay.",
    "from": "first payment on {date}",
    "set_up": "Start regular payments",
    "invoice": "Invoice {number}",
    "invoice_paid": "This invoice is paid.",
    "invoice_closed": "This invoice is closed. Nothing has to be paid.",
    "invoice_waiting": "A payment is on its way. Your bank will answer within some days.",
    "invoice_3ds": "Your bank wants you to confirm this payment.",
    "invoice_confirm": "Confirm the payment with your bank",
    "other_card": "Pay with another card or account",
    "unknown": "There is no such page.",
    "portal": "Your payment details with {name}",
    "current_card": "Current payment method",
    "none": "none",
    "new_card": "New payment method",
    "save": "Save",
    "saved": "Saved.",
    "subscriptions": "Your regular payments",
    "cancel": "Cancel at the end of the period",
    "cancels": "ends on {date}",
    "keep": "Keep it after all",
    "status_active": "active",
    "status_trialing": "not yet begun",
    "status_past_due": "payment failed",
    "status_canceled": "cancelled",
}
LATVIAN = {
    "banner": "Testa lapa — šis nav Stripe, un nauda netiek pārskaitīta",
    "pay": "Maksāt {amount}",
    "donate": "Ziedot {amount}",
    "subscribe": "Ziedot regulāri {amount}",
    "day": "dienā",
    "week": "nedēļā",
    "month": "mēnesī",
    "year": "gadā",
    "back": "Atpakaļ uz vietni: {name}",
    "contact": "Jūsu dati",
    "email": "E-pasts",
    "name": "Vārds, uzvārds",
    "card": "Karte",
    "card_number": "Kartes numurs",
    "expiry": "Termiņš (MM/GG)",
    "cvc": "CVC",
    "or_choose": "Testa maksājums",
    "choose_hint": "Izvēle šeit ir svarīgāka par zemāk ierakstīto numuru. Īstas kartes nedarbojas.",
    "typed": "Izmantot zemāk ierakstīto numuru",
    "test_numbers": "Numuri testiem",
    "iban": "IBAN",
    "card_or_iban": "Kartes numurs vai IBAN",
    "declined": "Maksājums neizdevās",
    "unknown_number": "Kartes numurs nav pareizs. Šeit der tikai uzskaitītie testa numuri.",
    "bad_email": "Ierakstiet e-pasta adresi.",
    "bad_name": "Ierakstiet vārdu.",
    "bad_expiry": "Kartes derīguma termiņš nav pilnīgs vai ir beidzies.",
    "bad_cvc": "Kartes drošības kods nav pilnīgs.",
    "mandate": "Maksājot ar SEPA tiešo debetu, jūs ļautu saņēmējam ({name}) debetēt jūsu kontu.",
    "3ds_title": "3-D Secure",
    "3ds_text": "Jūsu banka jautā: vai apstiprināt {amount} maksājumu? Saņēmējs: {name}.",
    "3ds_accept": "Apstiprināt",
    "3ds_refuse": "Noraidīt",
    "complete": "Maksājums ir pabeigts.",
    "complete_more": "Šajā lapā vairs nekas nav jādara.",
    "expired": "Šīs lapas derīguma termiņš ir beidzies.",
    "expired_more": "Ja joprojām vēlaties maksāt, atgriezieties un sāciet no jauna.",
    "from": "pirmais maksājums {date}",
    "set_up": "Sākt regulāros maksājumus",
    "invoice": "Rēķins {number}",
    "invoice_paid": "Šis rēķins ir apmaksāts.",
    "invoice_closed": "Šis rēķins ir slēgts. Nekas nav jāmaksā.",
    "invoice_waiting": "Maksājums ir ceļā. Banka atbildēs dažu dienu laikā.",
    "invoice_3ds": "Jūsu banka lūdz apstiprināt šo maksājumu.",
    "invoice_confirm": "Apstiprināt maksājumu bankā",
    "other_card": "Maksāt ar citu karti vai kontu",
    "unknown": "Šādas lapas nav.",
    "portal": "Jūsu maksājumu dati: {name}",
    "current_card": "Pašreizējais maksāšanas veids",
    "none": "nav",
    "new_card": "Jauns maksāšanas veids",
    "save": "Saglabāt",
    "saved": "Saglabāts.",
    "subscriptions": "Jūsu regulārie maksājumi",
    "cancel": "Atcelt perioda beigās",
    "cancels": "beidzas {date}",
    "keep": "Tomēr turpināt",
    "status_active": "aktīvs",
    "status_trialing": "vēl nav sācies",
    "status_past_due": "maksājums neizdevās",
    "status_canceled": "atcelts",
}


# Stripe's messages for a payer, by decline code or, where there is none, by error code.
DECLINES = {
    "generic_decline": "Karte tika noraidīta.",
    "insufficient_funds": "Kartē nepietiek līdzekļu.",
    "lost_card": "Karte tika noraidīta.",
    "expired_card": "Kartes derīguma termiņš ir beidzies.",
    "setup_intent_authentication_failure": "Banka karti neapstiprināja. "
    "Izvēlieties citu maksāšanas veidu un mēģiniet vēlreiz.",
    "payment_intent_authentication_failure": "Banka maksājumu neapstiprināja. "
    "Izvēlieties citu maksāšanas veidu un mēģiniet vēlreiz.",
}


def decline(error: dict[str, Any], locale: str | None) -> str:
    """What to tell the payer about a payment intent's last error."""
    code = str(error.get("decline_code") or error.get("code"))
    if language(locale) == "lv" and code in DECLINES:
        return DECLINES[code]
    return str(error["message"])


def language(locale: str | None) -> str:
    """The page's language for a session's locale."""
    return "lv" if locale == "lv" else "en"


def words(locale: str | None) -> dict[str, str]:
    return LATVIAN if language(locale) == "lv" else ENGLISH


def amount(cents: int, currency: str, locale: str | None) -> str:
    """An amount as it is written in the page's language."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    if language(locale) == "lv":
        grouped = f"{whole:,}".replace(",", "\u00a0")
        unit = "€" if currency == "eur" else currency.upper()
        return f"{sign}{grouped},{rest:02d}\u00a0{unit}"
    unit = {"eur": "€", "usd": "$", "gbp": "£"}.get(currency, currency.upper() + "\u00a0")
    return f"{sign}{unit}{whole:,}.{rest:02d}"
