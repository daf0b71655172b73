import secrets
from pathlib import Path

from odoo import SUPERUSER_ID, http
from odoo.http import request

from odoo.addons.clinic_vault.configuration import option

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
# In the configuration file: the file with the token of who monitors the clinic.
TOKEN = "metrics_token"  # noqa: S105 (the name of an option)
ROUTE = {"type": "http", "auth": "none", "methods": ["GET"], "save_session": False, "sitemap": False}


class Health(http.Controller):
    """What a monitor asks: everybody whether the clinic answers, who has the token how it is."""

    @http.route("/clinic/health", **ROUTE)
    def health(self, **_kwargs):
        """Answer 200 when the database answers; to who has the token also what each part does, and 503 if one fails."""
        request.env.cr.execute("SELECT 1")
        if not self._is_known():
            return self._json({"status": "ok"})
        checks = self._checks()
        is_well = all(check.is_well for check in checks)
        parts = {check.key: {"status": "ok" if check.is_well else "failing", "found": check.text} for check in checks}
        return self._json({"status": "ok" if is_well else "failing", "checks": parts}, 200 if is_well else 503)

    @http.route("/clinic/metrics", **ROUTE)
    def metrics(self, **_kwargs):
        """Give the figures in Prometheus' text format to who has the token; to others there is no such page."""
        if not self._is_known():
            return request.not_found()
        checks = self._checks()
        lines = []
        for check in checks:
            figures = {f"clinic_{check.key}_well": float(check.is_well), **check.figures}
            for name, value in figures.items():
                lines += [f"# TYPE {name} gauge", f"{name} {value:.15g}"]
        text = "\n".join(lines) + "\n"
        headers = {**HEADERS, "Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return request.make_response(text, headers=list(headers.items()))

    def _is_known(self):
        """Return whether the request has the token of the configuration file."""
        path = Path(option(TOKEN))
        kind, _space, given = request.httprequest.headers.get("Authorization", "").partition(" ")
        if not option(TOKEN) or not path.is_file() or kind.lower() != "bearer":
            return False
        wanted = path.read_text().strip()
        return bool(wanted) and secrets.compare_digest(given.strip().encode(), wanted.encode())

    def _checks(self):
        # The one who asks has shown the token; figures of the system alone are given.
        return request.env(user=SUPERUSER_ID)["clinic.health"]._checks()

    def _json(self, data, status=200):
        return request.make_json_response(data, headers=HEADERS, status=status)
