// Live help for the donation forms. The server checks everything again; all words come from data- attributes.

const fill = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "").replace(/\s+(?=[.,:;]|$)/g, "");

/** "12,5", "12.50", "1 000" → cents, or null when it is not a sum of money. */
export function toCents(text) {
  const clean = text.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
  return /^\d+(\.\d{1,2})?$/.test(clean) ? Math.round(Number(clean) * 100) : null;
}

/** What to add to a gift so that all of it is left after the fee; as donations/fees.py. */
export function feeCover(cents, percent, fixed) {
  const share = Math.round(percent * 100);
  return Math.ceil(((cents + fixed) * 10000) / (10000 - share)) - cents;
}

function setUp(form) {
  const { locale = document.documentElement.lang, feePercent, feeFixed } = form.dataset;
  const buttons = [...form.querySelectorAll("[type=submit]")];
  const [button] = buttons;
  const label = button?.querySelector("[data-label]");
  const plainLabel = label?.textContent;

  const money = (cents) =>
    new Intl.NumberFormat(locale, {
      style: "currency",
      currency: "EUR",
      useGrouping: "always",
      minimumFractionDigits: cents % 100 ? 2 : 0,
    }).format(cents / 100);

  const chosen = (name) => form.querySelector(`input[name=${name}]:checked`);
  const words = (input) => input?.dataset.words ?? "";

  /** Each frequency has amounts of its own; this is the group that counts. */
  function group() {
    const frequency = chosen("frequency")?.value ?? form.elements.frequency?.value;
    return form.querySelector(`[data-frequency=${frequency || "once"}]`) ?? form.querySelector("[data-frequency]");
  }

  const own = (place) => place?.querySelector(".money input");
  const other = (place) => place?.querySelector("input[value=other]");

  function gift() {
    const place = group();
    const radio = place?.querySelector("input[type=radio]:checked");
    const text = radio && radio !== other(place) ? radio.value : own(place)?.value;
    return text ? toCents(text) : null;
  }

  function refresh() {
    const given = gift();
    const fee = given && feePercent ? feeCover(given, Number(feePercent), Number(feeFixed)) : 0;
    const cents = given && given + (form.elements.cover_fee?.checked ? fee : 0);
    const values = {
      amount: cents ? money(cents) : "",
      frequency: words(chosen("frequency")),
      fund: words(chosen("fund")),
    };
    if (label) label.textContent = cents ? fill(button.dataset.labelAmount ?? plainLabel, values) : plainLabel;
    const sum = form.querySelector("[data-summary]");
    if (sum) sum.textContent = cents ? fill(sum.dataset.summary, values) : sum.dataset.summaryEmpty ?? "";
    const hint = form.querySelector("[data-fee]");
    if (hint) {
      hint.dataset.plain ??= hint.textContent;
      const asked = fee && form.elements.cover_fee.checked;
      hint.textContent = asked ? fill(hint.dataset.fee, { fee: money(fee), amount: values.amount }) : hint.dataset.plain;
    }
  }

  form.addEventListener("change", ({ target }) => {
    const place = target.closest("[data-frequency]");
    if (place && target.type === "radio" && target !== other(place)) own(place).value = "";
    refresh();
  });
  form.addEventListener("input", ({ target }) => {
    const place = target.closest(".money") && target.closest("[data-frequency]");
    if (place && target.value) other(place).checked = true;
    refresh();
  });
  // Only a real pointer moves the focus on; arrow keys among the radios must not be thrown out of the group.
  form.addEventListener("click", ({ target, detail }) => {
    if (detail > 0 && target.value === "other") own(target.closest("[data-frequency]"))?.focus();
  });

  // One press, one payment. Coming back with the Back button makes the form usable again.
  form.addEventListener("submit", ({ submitter }) => {
    // After the form's values were taken: the pressed button may be one of them.
    setTimeout(() => buttons.forEach((one) => (one.disabled = true)));
    if (label && submitter === button && button.dataset.labelBusy) label.textContent = button.dataset.labelBusy;
  });
  addEventListener("pageshow", () => {
    for (const one of buttons) one.disabled = false;
    refresh();
  });
  refresh();
}

document.querySelectorAll("form[data-donation]").forEach(setUp);
