import logging
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import configuration
from ..kernel import KeyFileError, KeyMissing, Missing, StorageError, Unmarked, Vault, VaultError
from .ir_config_parameter import DATABASE

_logger = logging.getLogger(__name__)


class ClinicVaultFile(models.Model):
    """A sealed file: whose it is, its name in the storage, and how it was when it was last looked at.

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
    size = fields.Integer(required=True, readonly=True, help="In bytes, as it is in the storage.")
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

    # -- the vault ----------------------------------------------------------------------------------------------------

    @api.model
    def _name_database(self):
        """Return the name that all files of this database are bound to; give it one if it has no files yet.

        :raises StorageError: when there are files, and what they are bound to is not known any more
        """
        parameters = self.env["ir.config_parameter"].sudo()
        database = parameters.get_param(DATABASE)
        if not database:
            if self._has_files():
                raise StorageError(
                    f"The parameter {DATABASE}, which all stored files are bound to, is missing. Create it again: its "
                    "value is the last line of the file .vault in the storage."
                )
            database = str(uuid.uuid4())
            parameters.set_param(DATABASE, database)
        return database

    @api.model
    def _has_files(self):
        self.flush_model(["name"])
        self.env.cr.execute("SELECT EXISTS (SELECT FROM clinic_vault_file)")
        return self.env.cr.fetchone()[0]

    @api.model
    def _vault(self):
        """Return the vault of this database; raise a ``VaultError`` when there is none."""
        return Vault(configuration.storage(self.env.cr.dbname), configuration.keyring(), self._name_database())

    @api.model
    def _own_vault(self):
        """Return the vault once its storage says that it is this database's; the first file of all has it say so."""
        vault = self._vault()
        try:
            vault.verify()
        except Unmarked:
            if self._has_files() or not vault.is_empty():
                raise
            vault.mark()
        return vault

    # -- files --------------------------------------------------------------------------------------------------------

    @api.model
    def _store(self, owner, variant, data):
        """Store ``data`` as the ``variant`` of ``owner``, for good once this transaction is committed.

        The file is on the disk before the row: there is no row without its file. What a rollback leaves behind is
        deleted at once; if that fails it is garbage.

        :raises UserError: in words, when it cannot be stored; managers are notified
        """
        try:
            vault = self._own_vault()
            name, size = vault.put(owner, variant, data)
        except VaultError as error:
            self._notify(error)
            raise UserError(
                self.env._("This could not be stored: there is no room or no way to where files are kept. Try again.")
            ) from error
        self.env.cr.postrollback.add(lambda: self._take_back(vault, name))
        # After the caller's own check; nobody has a right to these rows.
        return self.sudo().create(
            {"name": name, "owner": owner, "variant": variant, "size": size, "key_id": vault.keyring.current.hex()}
        )

    @api.model
    def _take_back(self, vault, name):
        """Delete the file of a transaction that was rolled back.

        A commit whose answer was lost is rolled back here and was committed there: so the database is asked first.
        """
        try:
            with self.env.registry.cursor() as cr:
                cr.execute("SELECT EXISTS (SELECT FROM clinic_vault_file WHERE name = %s)", [name])
                [is_known] = cr.fetchone()
            if not is_known:
                vault.delete(name)
        except Exception:
            # The check finds it as garbage.
            _logger.warning("The file %s was rolled back and is not deleted yet", name, exc_info=True)

    @api.model
    def _open(self, owner, variant):
        """Return what was stored as the ``variant`` of ``owner``; None where nothing was.

        :raises UserError: in words, when it does not open; managers are notified
        """
        stored = self.sudo().search([("owner", "=", owner), ("variant", "=", variant)], limit=1)
        return stored._content() if stored else None

    def _content(self):
        """Return what is in this file; raises as ``_open``."""
        self.ensure_one()
        try:
            return self._vault().get(self.name, self.owner, self.variant)
        except VaultError as error:
            self._notify(error)
            raise UserError(self._fault_text(error)) from error

    @api.model
    def _fault_text(self, error):
        """Return in words what ``error`` means to the user who wants to see the file."""
        if isinstance(error, Missing):
            return self.env._("This file is missing from the storage. The managers were notified.")
        if isinstance(error, KeyMissing | KeyFileError):
            return self.env._("The key of this file is missing from the key file. The managers were notified.")
        if isinstance(error, StorageError):
            return self.env._("The storage does not answer. Try again; the managers were notified.")
        return self.env._("This file was altered and does not open. The managers were notified.")

    def _notify(self, error):
        """Note what is wrong with this file, or with the storage, and alarm, also when the caller is rolled back."""
        _logger.error("Stored file %s (%s): %s", self.name or "", error.kind, error)
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            stored = env[self._name].browse(self.id).exists()
            if stored and error.kind in ("missing", "altered", "key"):
                stored._clinic_writing().fault = error.kind
            of_file = stored and not isinstance(error, StorageError | KeyFileError)
            env["clinic.access.alarm"]._raise_vault(stored._line(error) if of_file else str(error))

    def _line(self, error):
        """Return a line of an alarm: which file, whose, and what is wrong; nothing of a patient."""
        return f"{self.name} ({self.variant}, {self.owner}): {error}"

    def _erase(self):
        """Delete these rows; once that is committed, the data keys are destroyed and the files deleted."""
        if not self:
            return
        names, database = self.mapped("name"), self.env.cr.dbname
        # As in ``_store``.
        self.sudo().unlink()

        def destroy():
            # The request is through: an error must not fail it, nor keep the other files.
            for name in names:
                try:
                    configuration.storage(database).delete(name)
                except Exception:
                    # The check finds it as garbage.
                    _logger.exception("The file %s was erased and is not deleted yet", name)

        self.env.cr.postcommit.add(destroy)
