import logging
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import configuration
from ..kernel import KeyFileError, KeyMissing, Missing, StorageError, Vault, VaultError

DATABASE = "clinic_vault.database"
_logger = logging.getLogger(__name__)


class ClinicVaultFile(models.Model):
    """A sealed file: whose it is, under which name it lies, and how it was when it was last looked at.

    No role has a right to these rows, and there is no field that would return what is in a file: other models store and
    open files by the private methods below, after a check of their own.
    """

    _name = "clinic.vault.file"
    _description = "Stored File"
    _order = "id"
    _clinic_unlogged_fields = ("verified_at", "key_id", "fault")

    name = fields.Char(required=True, readonly=True, help="The name of the file; it says nothing of what is in it.")
    owner = fields.Char(required=True, readonly=True, help="The UUID of the record that the file belongs to.")
    variant = fields.Char(required=True, readonly=True)
    size = fields.Integer(required=True, readonly=True, help="In bytes, as it lies in the storage.")
    key_id = fields.Char(required=True, readonly=True, index=True, help="The id of the key that wraps its data key.")
    verified_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    fault = fields.Selection(
        [("missing", "Missing"), ("altered", "Altered"), ("key", "Without its key")], readonly=True
    )

    _name_uniq = models.UniqueIndex("(name)", "Two files cannot have one name.")
    _variant_uniq = models.UniqueIndex("(owner, variant)", "This was stored already.")

    def _register_hook(self):
        """Refuse to start without the keys: a clinic that only finds out at the first photo has lost it."""
        super()._register_hook()
        try:
            configuration.keyring()
        except KeyFileError as error:
            _logger.critical("%s", error)
            raise

    @api.model
    def _vault(self):
        """Return the vault of this database."""
        database = self.env["ir.config_parameter"].sudo().get_param(DATABASE)
        if not database:
            database = str(uuid.uuid4())
            self.env["ir.config_parameter"].sudo().set_param(DATABASE, database)
        return Vault(configuration.storage(self.env.cr.dbname), configuration.keyring(), database)

    @api.model
    def _store(self, owner, variant, data):
        """Store ``data`` as the ``variant`` of ``owner``, to last once this transaction is committed.

        The file is on the disk before the row: a row without its file cannot be. What a rollback leaves behind is
        taken away at once, or as garbage if nobody comes to that.

        :raises UserError: in words, when there is no room
        """
        vault = self._vault()
        try:
            name, size = vault.put(owner, variant, data)
        except StorageError as error:
            _logger.error("Nothing could be stored: %s", error)
            raise UserError(
                self.env._("This could not be stored: there is no room or no way to where files are kept. Try again.")
            ) from error
        self.env.cr.postrollback.add(lambda: vault.delete(name))
        # After the caller's own check; nobody has a right to these rows.
        return self.sudo().create(
            {"name": name, "owner": owner, "variant": variant, "size": size, "key_id": vault.keyring.current.hex()}
        )

    @api.model
    def _open(self, owner, variant):
        """Return what was stored as the ``variant`` of ``owner``; None where nothing was.

        :raises UserError: in words, when it does not open; managers are told
        """
        stored = self.sudo().search([("owner", "=", owner), ("variant", "=", variant)], limit=1)
        if not stored:
            return None
        try:
            return self._vault().get(stored.name, owner, variant)
        except VaultError as error:
            stored._tell(error)
            raise UserError(self._fault_text(error)) from error

    @api.model
    def _fault_text(self, error):
        """Return in words what ``error`` means to whoever wants to see the file."""
        if isinstance(error, Missing):
            return self.env._("This file is missing from the storage. The managers have been told.")
        if isinstance(error, KeyMissing | KeyFileError):
            return self.env._("The key of this file is missing from the key file. The managers have been told.")
        if isinstance(error, StorageError):
            return self.env._("The storage does not answer. Try again; the managers have been told.")
        return self.env._("This file was altered and does not open. The managers have been told.")

    def _tell(self, error):
        """Write down what is wrong with this file and alarm, whatever becomes of the caller's transaction."""
        self.ensure_one()
        _logger.error("Stored file %s (%s): %s", self.name, error.kind, error)
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            stored = env[self._name].browse(self.id).exists()
            if stored and error.kind in ("missing", "altered", "key"):
                stored._clinic_writing().fault = error.kind
            env["clinic.access.alarm"]._raise_vault(stored._line(error) if stored else str(error))

    def _line(self, error):
        """Return a line of an alarm: which file, whose, and what is wrong; nothing of a patient."""
        return f"{self.name} ({self.variant}, {self.owner}): {error}"

    def _erase(self):
        """Delete these rows; once that is committed, the data keys are destroyed and the files deleted."""
        if not self:
            return
        vault, names = self._vault(), self.mapped("name")
        # As in ``_store``.
        self.sudo().unlink()

        def destroy():
            for name in names:
                vault.delete(name)

        self.env.cr.postcommit.add(destroy)
