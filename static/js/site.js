// Small helps for every page. Everything works without them.

/** Copy the text of the element named by data-copy; say so aloud through the live region. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.querySelector(button.dataset.copy);
  if (!source || !navigator.clipboard) {
    button.hidden = true;
    continue;
  }
  const region = document.querySelector("[data-copy-status]");
  let timer;
  button.addEventListener("click", async () => {
    const text = (source.dataset.value ?? source.textContent).trim().replace(/\s+/g, " ");
    let said = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(text);
      button.classList.add("done");
    } catch {
      said = button.dataset.failed;
      getSelection()?.selectAllChildren(source);
    }
    if (region) region.textContent = said ?? "";
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.classList.remove("done");
      if (region) region.textContent = "";
    }, 4000);
  });
}

/** Share through the device's own sheet; the button stays hidden where there is none. */
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { shareTitle: title, shareText: text, share: url } = button.dataset;
    navigator.share({ title, text, url }).catch(() => {});
  });
}

/** A message that must be read first (the error summary) takes the focus when the page opens. */
document.querySelector("[data-focus]")?.focus();

/** Choosing a place on the same page closes the phone menu. */
document.querySelector("#site-menu")?.addEventListener("click", (event) => {
  if (event.target.closest("a[href*='#']") && event.currentTarget.matches(":popover-open")) event.currentTarget.hidePopover();
});

/** A form that must be sent once: a second press does nothing. Coming back makes it usable again. */
for (const form of document.querySelectorAll("form[data-once]")) {
  const button = form.querySelector("[type=submit]");
  form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
  addEventListener("pageshow", () => (button.disabled = false));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}
