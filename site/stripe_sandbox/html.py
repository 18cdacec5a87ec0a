"""Building HTML without templates: every text is escaped unless it is marked as markup."""

from __future__ import annotations

from html import escape

from . import texts

STYLE = """
:root{--ink:#1d2433;--soft:#5b6478;--line:#dfe3ea;--paper:#fff;--ground:#f5f7fa;--go:#1f6feb;
--warn:#fff3cd;--bad:#b42318;--good:#1a7f4b}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);
background:var(--ground)}
.banner{background:repeating-linear-gradient(-45deg,#ffe08a 0 14px,#ffd866 14px 28px);color:#3d2c00;
text-align:center;font-weight:600;padding:.6rem 1rem}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.35rem;margin:.2rem 0 .6rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:1.4rem 0 .5rem}
.split{display:grid;gap:1.5rem}
.card>:first-child,section>:first-child,h1>:first-child{margin-top:0}
h1 span{display:block}
.hint{font-size:.88rem;margin:.3rem 0 0}
td code{white-space:nowrap}
summary{cursor:pointer;font-weight:600;min-height:44px;padding:.6rem 0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:1.25rem;
box-shadow:0 1px 2px rgb(20 30 60/6%)}
.sum{font-size:2.2rem;font-weight:700;letter-spacing:-.02em}
.soft{color:var(--soft)}.bad{color:var(--bad)}.good{color:var(--good)}
.alert{background:#fdecea;border:1px solid #f5b5ae;color:#7a1a12;border-radius:10px;
padding:.7rem .9rem;margin:0 0 1rem}
label{display:block;font-weight:600;font-size:.9rem;margin:.8rem 0 .25rem}
input,select{width:100%;font:inherit;color:inherit;padding:.65rem .75rem;border:1px solid #b9c1cf;
border-radius:9px;background:#fff;min-height:44px}
input:focus-visible,select:focus-visible,button:focus-visible,a:focus-visible,summary:focus-visible
{outline:3px solid #8ab4ff;outline-offset:2px}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.8rem;align-items:end}
button{font:inherit;font-weight:600;border:0;border-radius:9px;background:var(--go);color:#fff;
padding:.75rem 1rem;min-height:44px;cursor:pointer}
button.wide{width:100%;margin-top:1.2rem}
button.plain{background:#fff;color:var(--ink);border:1px solid #b9c1cf}
.buttons{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
.buttons form{display:inline-flex;gap:.3rem;margin:0}
.panel button{padding:.3rem .6rem;min-height:34px;font-size:.85rem}
.panel input,.panel select{width:auto;min-height:34px;padding:.25rem .5rem;font-size:.85rem}
.panel input[type=number]{width:6.5rem}
.panel section{margin-top:1.6rem}.panel td:first-child{white-space:nowrap}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);
vertical-align:top}
th{color:var(--soft);font-weight:600}
code{font:.82rem ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
a{color:#0b57d0}
@media(min-width:860px){.split{grid-template-columns:5fr 6fr;grid-template-rows:auto 1fr;
align-items:start}.split>:nth-child(2){grid-row:1/3;grid-column:2}}
"""


class Markup(str):
    """Text that is HTML already."""


def text(value: object) -> Markup:
    """A value as HTML: markup stays, anything else is escaped."""
    return value if isinstance(value, Markup) else Markup(escape(str(value), quote=True))


def tag(element: str, /, *children: object, **attributes: object) -> Markup:
    """An element. `class_` and `for_` lose their underscore; None and False leave one out."""
    parts = [element]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        parts.append(label if value is True else f'{label}="{text(str(value))}"')
    opening = f"<{' '.join(parts)}>"
    if element in ("input", "meta", "br", "hr"):
        return Markup(opening)
    return Markup(f"{opening}{join(children)}</{element}>")


def join(children: tuple[object, ...] | list[Markup]) -> Markup:
    return Markup("".join(text(child) for child in children if child is not None))


def document(title: str, language: str, banner: str, *body: object) -> str:
    """A whole page with the test banner on top."""
    return "<!doctype html>" + tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="robots", content="noindex"),
            tag("title", title),
            tag("style", Markup(STYLE)),
        ),
        tag("body", tag("div", banner, class_="banner", role="note"), tag("main", *body)),
        lang=language,
    )


def message(name: str, locale: str | None, title: str, more: str, *links: object) -> str:
    """A page that says one thing, with buttons or links below. `name` is the organisation's."""
    inner = tag(
        "div",
        tag("p", name, class_="soft"),
        tag("h1", title),
        tag("p", more) if more else None,
        *links,
        class_="card",
    )
    banner = texts.words(locale)["banner"]
    return document(f"{title} · {name}", texts.language(locale), banner, inner)
