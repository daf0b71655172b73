from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import configuration


class ClinicBackupKey(models.Model):
    """A secret without which a restored clinic opens nothing; it is in no backup, so somebody has to keep a copy."""

    _name = "clinic.backup.key"
    _description = "Key That Backups Need"
    _order = "name"

    name = fields.Char(required=True, readonly=True)
    fingerprint = fields.Char(required=True, readonly=True, help="The beginning of the SHA-256 of its file.")
    confirmed_fingerprint = fields.Char(readonly=True)
    confirmed_at = fields.Datetime(string="Copy Confirmed", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    is_confirmed = fields.Boolean(string="Copy Elsewhere", compute="_compute_is_confirmed", store=True)

    _name_uniq = models.UniqueIndex("(name)", "This key is known already.")

    @api.depends("fingerprint", "confirmed_fingerprint")
    def _compute_is_confirmed(self):
        for key in self:
            key.is_confirmed = key.fingerprint == key.confirmed_fingerprint

    @api.model
    def _note(self):
        """Note which keys there are by now: for the process that backs up, which can read them."""
        known = {key.name: key for key in self.search([])}
        found = {key.name: key.fingerprint for key in configuration.secret_keys()}
        for name in found.keys() & known.keys():
            if known[name].fingerprint != found[name]:
                known[name].fingerprint = found[name]
        self.create([{"name": name, "fingerprint": found[name]} for name in sorted(found.keys() - known.keys())])
        for name in known.keys() - found.keys():
            known[name].unlink()

    def action_confirm(self):
        """Say that a copy of these keys, as they are now, lies apart from the machine and from the backups.

        :raises AccessError: for anybody but managers
        """
        if not self.env.user.has_group("clinic.group_manager"):
            raise AccessError(self.env._("That a copy of the keys lies elsewhere is confirmed by managers."))
        # After the check above: nobody has the right to write such rows.
        for key in self.sudo():
            key.write(
                {
                    "confirmed_fingerprint": key.fingerprint,
                    "confirmed_at": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                }
            )
        return True
