// Live help for the donation forms. The server checks everything again; all words come from data- attributes.

const fill = (pattern, values) =>
  pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "").replace(/\s+(?=[.,:;])/g, "");

/** "12,5", "12.50", "1 000" → cents, or null when it is not a sum of money. */
export function toCents(text) {
  const clean = text.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
  return /^\d+(\.\d{1,2})?$/.test(clean) ? Math.round(Number(clean) * 100) : null;
}

function setUp(form) {
  const { locale = document.documentElement.lang } = form.dataset;
  const own = form.elements.amount_other;
  const radios = [...form.querySelectorAll("input[name=amount]")];
  const otherRadio = radios.find((radio) => radio.value === "other");
  const button = form.querySelector("[type=submit]");
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

  function refresh() {
    const radio = chosen("amount");
    const cents = radio && radio !== otherRadio ? toCents(radio.value) : own ? toCents(own.value) : null;
    const values = {
      amount: cents ? money(cents) : "",
      frequency: words(chosen("frequency")),
      fund: words(chosen("fund")) || words(form.elements.fund?.selectedOptions?.[0]),
    };
    if (label) label.textContent = cents ? fill(button.dataset.labelAmount ?? plainLabel, values) : plainLabel;
    const sum = form.querySelector("[data-summary]");
    if (sum) sum.textContent = cents ? fill(sum.dataset.summary, values) : sum.dataset.summaryEmpty ?? "";
    const meaning = form.querySelector("[data-meaning-here]");
    if (meaning) meaning.textContent = radio?.dataset.meaning ?? "";
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "amount" && event.target !== otherRadio && own) own.value = "";
    refresh();
  });
  // Only a real pointer moves the focus on; arrow keys among the radios must not be thrown out of the group.
  otherRadio?.addEventListener("click", (event) => event.detail > 0 && own?.focus());
  own?.addEventListener("input", () => {
    if (own.value && otherRadio) otherRadio.checked = true;
    refresh();
  });

  // One press, one payment. Coming back with the Back button makes the form usable again.
  form.addEventListener("submit", () => {
    if (!button) return;
    button.disabled = true;
    if (label && button.dataset.labelBusy) label.textContent = button.dataset.labelBusy;
  });
  addEventListener("pageshow", () => {
    if (button) button.disabled = false;
    refresh();
  });
  refresh();
}

document.querySelectorAll("form[data-donation]").forEach(setUp);
