"""Fills in the forms of the admin as a browser would send them."""

from html.parser import HTMLParser
from typing import Any

from django.forms import CharField
from django.test import Client


class _Form(HTMLParser):
    """The values of the inputs, text areas and selects of the page that would be sent."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._select = self._area = ""
        self._in_template = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "template":
            self._in_template += 1
        if self._in_template or "__prefix__" in name:
            return
        match tag:
            case "input" if name:
                self._input(name, found)
            case "textarea" if name:
                self._area, self.values[name] = name, ""
            case "select" if name:
                self._select = name
            case "option" if self._select:
                is_first = self._select not in self.values
                if "selected" in found or is_first:
                    self.values[self._select] = found.get("value", "")

    def _input(self, name: str, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if kind in {"checkbox", "radio"}:
            if "checked" in found:
                self.values.setdefault(name, []).append(found.get("value", "on"))
        elif kind not in {"submit", "button", "file"}:
            self.values[name] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._in_template -= 1
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data.removeprefix("\n")


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the form at this address would send, with these changes."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code, response.get("Location"))
    form = response.context["form"]
    values = _Form(response.content.decode()).values
    for name in form.fields:
        if type(form.fields[name]).__name__ == "BlockField":
            values[f"{name}-count"] = "0"
        elif isinstance(form.fields[name], CharField) and form.fields[name].required:
            values[name] = values.get(name) or "Teksts"
    return {**values, **changes}


def problems(response: Any) -> Any:
    """Why a form came back."""
    if response.status_code != 200 or not response.context or "form" not in response.context:
        return response.status_code
    form = response.context["form"]
    rows = {name: formset.errors for name, formset in getattr(form, "formsets", {}).items()}
    return dict(form.errors), {name: errors for name, errors in rows.items() if any(errors)}
