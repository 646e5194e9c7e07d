"""What the book tells those who come from outside: search engines, previews of links, readers of a wrong address.

Every page carries a description. All else needs the public address and is absent while there is none: canonical links,
previews, sitemap, links to the repository. One setting gives it: `repository: url` of _config.yml. The pages of
https://github.com/OWNER/NAME are taken to stand at https://OWNER.github.io/NAME/ unless `html: baseurl` says otherwise.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from ladders.page import card
from ladders.tables import ROOT

LONGEST = 200
"""Characters of a description; search engines show fewer, previews of links about as many."""

NOT_FOUND = "404"
DESCRIPTIONS = {
    "search": "Search the book Two Ladders, its claims, verdicts, tables and sources.",
    NOT_FOUND: "There is no page at this address. Where to find the contents and the search of the book.",
}
RECEIPT = "where each number or verdict comes from, with its function, tables and sources."
"""What is said of the pages that are made of no source."""


def home_of(repository: str, baseurl: str = "") -> str:
    """The address of the pages, with a slash at its end: baseurl, or GitHub's pages of the repository; "" for neither.

    Raises ValueError for a repository elsewhere than on GitHub whose pages have no baseurl.
    """
    if baseurl or not repository:
        return baseurl and baseurl.rstrip("/") + "/"
    found = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?", repository)
    if not found:
        raise ValueError(
            f"repository: url is {repository!r}; write https://github.com/OWNER/NAME, or give `html: baseurl` too."
        )
    owner, name = found[1].lower(), found[2]
    return f"https://{owner}.github.io/" + ("" if name.lower() == f"{owner}.github.io" else f"{name}/")


def home(root: Path = ROOT) -> str:
    """The address of the pages as _config.yml of a project gives it, "" for none."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return home_of(config["repository"]["url"], config["html"].get("baseurl", ""))


def _settle_address(app: Sphinx, config: Config) -> None:
    """Bring the one setting to where Sphinx and the templates look for it."""
    repository = config.html_theme_options.get("repository_url", "").rstrip("/")
    try:
        config.html_baseurl = home_of(repository, config.html_baseurl)
    except ValueError as error:
        raise ExtensionError(str(error)) from error
    config.html_context = config.html_context | {"ladders_repository": repository}
    config.html_additional_pages = config.html_additional_pages | {NOT_FOUND: "not-found.html"}


def describe(page: nodes.document) -> str:
    """The first sentences of the answer box of a page, or of its first paragraph, without ids of claims."""
    answers = [box for box in page.findall(nodes.admonition) if "answer" in box["classes"]]
    paragraph = next((answers[0] if answers else page).findall(nodes.paragraph))
    text = re.sub(r"\s*\(S\d-[^)]*\)|\bS\d-[\w.]+-\d\d ", "", " ".join(paragraph.astext().split()))
    if len(text) <= LONGEST:
        return text
    whole = re.match(rf".{{60,{LONGEST - 1}}}[.!?](?= )", text)
    return (
        whole[0] if whole else text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "\N{HORIZONTAL ELLIPSIS}"
    )


def _meta(attribute: str, name: str, content: str) -> str:
    return f'\n<meta {attribute}="{name}" content="{html.escape(content)}"/>'


def _head(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Add the description, and with an address the preview; nothing points at the page for what is not found."""
    title = re.sub(r"<[^>]*>", "", context.get("title", ""))
    description = DESCRIPTIONS.get(pagename) or (describe(doctree) if doctree else f"{title}: {RECEIPT}")
    tags = _meta("name", "description", description)
    home = app.config.html_baseurl
    if pagename == NOT_FOUND:
        context["pageurl"] = None
        tags += _meta("name", "robots", "noindex")
    elif home:
        preview = {
            "og:type": "article" if doctree else "website",
            "og:site_name": app.config.project,
            "og:title": title or app.config.project,
            "og:description": description,
            "og:url": context["pageurl"],
            "og:image": f"{home}{card.NAME}",
            "og:image:alt": card.ALT,
        }
        tags += "".join(_meta("property", name, text) for name, text in preview.items())
        tags += _meta("name", "twitter:card", "summary_large_image")
    context["metatags"] = context.get("metatags", "") + tags


def _absolute(path: Path, home: str) -> None:
    """Lead every address of a page to the book's home: the page is shown in place of any other, at any depth."""
    text = path.read_text(encoding="utf-8")
    for attribute in ("href", "src", "action", "data-content_root"):
        text = re.sub(rf'(\b{attribute}=")(?!#|[a-z]+:)(?:\./)?([^"]*")', rf"\g<1>{home}\g<2>", text)
    path.write_text(text, encoding="utf-8")


def _site_files(app: Sphinx, exception: Exception | None) -> None:
    """With an address: sitemap, robots.txt, the picture of previews, a page for what is not found at any depth."""
    home = app.config.html_baseurl
    if exception or app.builder.format != "html" or not home:
        return
    out = Path(app.outdir)
    places = "".join(
        f"<url><loc>{html.escape(home + app.builder.get_target_uri(name))}</loc></url>\n"
        for name in sorted(app.env.found_docs)
    )
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
        encoding="utf-8",
    )
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {home}sitemap.xml\n", encoding="utf-8"
    )
    card.draw(out / card.NAME)
    _absolute(out / f"{NOT_FOUND}.html", home)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what happens to the settings, to each page and after the last one."""
    app.connect(
        "config-inited", _settle_address, priority=100
    )  # before Sphinx and the theme read the settings
    app.connect("html-page-context", _head)
    app.connect("build-finished", _site_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
