"""A visitor of online booking: a browser without a screen, which sends what the pages' own forms have."""

from urllib.parse import urlencode, urljoin, urlsplit

import server
from lxml import html

PATIENCE = 60


class Visitor:
    """Chooses a time and books it.

    :param made: what ``online_clinic.py`` has made
    :param ask: runs what is asked of the server; the place to ask once more
    :param network: the visitor's own, of which the proxy before the server tells (``--proxy-mode``)
    """

    def __init__(self, address, made, ask=lambda question: question(), network="198.51.100.1"):
        self.address, self.made, self.ask = address, made, ask
        self.browser = server.direct_session()
        here = {"X-Forwarded-Host": urlsplit(address).netloc, "X-Forwarded-Proto": "http"}
        self.browser.headers.update({"X-Forwarded-For": network, **here})

    def get(self, path):
        return self.ask(lambda: self.browser.get(urljoin(self.address, path), timeout=PATIENCE))

    def tree(self, answer):
        """Return the elements of the page ``answer``."""
        return html.fromstring(answer.text)

    def send(self, answer, action, button=None, follow=True, **typed):
        """Send the form of the page ``answer`` that leads to ``action``, with what was typed, by its ``button``.

        :param follow: go on to the page that follows
        """
        forms = self.tree(answer).forms
        [form] = [one for one in forms if (one.action or "").endswith(action)]
        # What a browser leaves out is not sent: buttons that were not pressed.
        fields = [pair for pair in form.form_values() if pair[0] not in typed]
        fields += [button] if button else []
        fields += list(typed.items())
        url = urljoin(self.address, form.action)
        return self.ask(lambda: self.browser.post(url, data=fields, timeout=PATIENCE, allow_redirects=follow))

    def times(self, day, treatment=None):
        """Open the times of ``day``."""
        words = {"t": treatment or self.made["treatment"], "p": self.made["doctor"], "d": day}
        return self.get(f"/book/{self.made['branch']}/when?{urlencode(words)}")

    def choose(self, start, treatment=None):
        """Choose the time ``start`` (as the pages have it), whether or not it is offered; return the next page."""
        return self.send(self.times(start[:10], treatment), "/hold", ("start", start))

    def confirm(self, page, number, **typed):
        """Fill in the details on ``page`` as the person of that ``number``, and book."""
        person = {"name": "Sara Visitor", "phone": f"0302 {number:07}", "email": f"visitor{number}@example.com"}
        return self.send(page, "/book/confirm", agreed="yes", **{**person, **typed})
