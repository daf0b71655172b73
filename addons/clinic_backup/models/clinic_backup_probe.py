import random

from odoo import api, models
from odoo.modules.neutralize import neutralize_database

from odoo.addons.clinic_vault.kernel import VaultError

# How many photos and documents of a restored copy are opened.
OPENED = 50


class ClinicBackup(models.Model):
    """What a drill asks of the restored copy, by an Odoo that runs on the copy alone."""

    _inherit = "clinic.backup"

    @api.model
    def _probe(self):
        """Return in words what is wrong with this database, which is a restored copy; nothing is sent from it."""
        neutralize_database(self.env.cr)
        self.env.invalidate_all()
        return [
            f"{name}: {problem}"
            for name, ask in (
                ("logs", self._probe_logs),
                ("photos and documents", self._probe_vault),
                ("invoice", self._probe_invoice),
            )
            for problem in self._ask(ask)
        ]

    @api.model
    def _ask(self, ask):
        try:
            with self.env.cr.savepoint():
                return list(ask())
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]

    @api.model
    def _probe_logs(self):
        """Yield where the chains of the logs do not hold."""
        found = self.env["clinic.access.log"].sudo().verify()
        if not found["ok"]:
            yield found["text"]
        if place := self.env["clinic.change"].sudo()._first_broken({}):
            yield f"the change log is broken at {place}"

    @api.model
    def _probe_vault(self):
        """Yield which files of a sample do not open."""
        files = self.env["clinic.vault.file"].sudo()
        ids = files.search([]).ids
        if not ids:
            return
        vault = files._vault()
        for stored in files.browse(random.sample(ids, min(OPENED, len(ids)))):
            try:
                vault.get(stored.name, stored.owner, stored.variant)
            except VaultError as error:
                yield f"{stored.name} does not open ({error.kind})"

    @api.model
    def _probe_invoice(self):
        """Yield why the last invoice cannot be printed."""
        invoice = (
            self.env["account.move"]
            .sudo()
            .search([("move_type", "=", "out_invoice"), ("state", "=", "posted")], order="id desc", limit=1)
        )
        if not invoice:
            return
        page, _kind = self.env["ir.actions.report"].sudo()._render_qweb_html("account.report_invoice", invoice.ids)
        if (invoice.name or "").encode() not in page:
            yield "the last one cannot be printed"
