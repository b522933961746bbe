"""Compare what two people are shown where only an address may differ."""

import re
from urllib.parse import quote

#: Differs from one answer to the next whoever asks: keys of rows, references, tokens of forms, hours of the clock.
CHANGING = re.compile(
    r"(?<=/)\d+(?=/)"
    r"|(?:_selected_action|remove|present|person)\"\s+value=\"\d+\""
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<=value=\")[A-Za-z0-9]{64}(?=\")"
    r"|\d\d?\s*[:h]\s*\d\d(?::\d\d)?"
)


def shown(response, address):
    """Return the status, the redirects and the lines of an answer, without the address and without what changes."""
    chain = [*getattr(response, "redirect_chain", []), (response.headers.get("Location", ""), response.status_code)]
    return [_plain(repr(chain), address), *told(response, address)]


def told(response, address):
    """Return the lines of an answer without the address and without what changes."""
    return _plain(response.content.decode(), address).splitlines()


def _plain(text, address):
    for written in (address, quote(address), quote(quote(address))):
        text = text.replace(written, "*")
    return CHANGING.sub("#", text)
