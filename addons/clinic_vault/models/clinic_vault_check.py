import logging
import time

from odoo import api, fields, models

from ..kernel import Altered, KeyMissing, Missing, StorageError, VaultError
from ..kernel.vault import GARBAGE_AGE

BATCH = 100
# Of an hour's run, for the change of the key and for the check: together well below what a scheduled action may take.
SECONDS = 75
# Each file is opened once in so many days.
DAYS = 7
# More garbage than this, or than one file in a hundred, is no garbage: the database is an old one, or another one.
MOST_GARBAGE = 100
FAULTS = ("missing", "altered", "key")
_logger = logging.getLogger(__name__)


class ClinicVaultFile(models.Model):
    """The check of what is in the storage, and the change of its key."""

    _inherit = "clinic.vault.file"

    @api.model
    def _cron_check(self):
        """Compare the storage with the database, change the key of what has an old one, open what comes next."""
        try:
            # What is missing comes first: it is noted even when the rest takes too long.
            self._check(seconds=SECONDS, commit=True)
            self._rotate(seconds=SECONDS, commit=True)
        except VaultError as error:
            self._notify(error)

    @api.model
    def _check(self, seconds=None, garbage_age=GARBAGE_AGE, commit=False, delete=False):
        """Find what is missing, altered, without a key or unknown; alarm, and move what is unknown to the trash.

        :param seconds: how long files are opened, those of which a week has passed; None opens all of them
        :param garbage_age: how old, in seconds, an unknown file must be to be garbage
        :param commit: after each batch
        :param delete: whether a great many unknown files are garbage, too
        :return: {"files", "opened", "missing", "altered", "key", "deleted", "kept", "back"}: how many
        :raises VaultError: when the storage does not answer, or is not this database's
        """
        vault, begun = self._own_vault(), time.time()
        found = self._compare(vault, garbage_age, delete)
        self._note_faults({fault: found[fault] for fault in FAULTS})
        if commit:
            self.env["ir.cron"]._commit_progress()
        until = begun + seconds if seconds is not None else None
        found["opened"] = self._open_next(vault, until, commit, found)
        self._forget_faults(vault, set().union(*(found[fault] for fault in FAULTS)))
        counts = {key: len(value) if isinstance(value, set) else value for key, value in found.items()}
        _logger.info("Vault check: %s", counts)
        return counts

    @api.model
    def _compare(self, vault, garbage_age, delete):
        """Compare names and sizes, of all files; move garbage to the trash, and from there what is not garbage."""
        self.flush_model()
        self.env.cr.execute("SELECT name, size, id FROM clinic_vault_file")
        rows, now = {name: (size, id_) for name, size, id_ in self.env.cr.fetchall()}, time.time()
        sizes = {name: size for name, (size, _id) in rows.items()}
        missing, altered, garbage = vault.compare(sizes, now, garbage_age)
        garbage -= self._known_by_now(garbage)
        # Of an older database, since when a newer one has come back.
        back = vault.bring_back(missing)
        missing = self._known_by_now(missing - back)
        is_too_much = len(garbage) > max(MOST_GARBAGE, len(rows) // 100) and not delete
        if is_too_much:
            self._alarm_garbage(len(garbage), len(rows))
        else:
            for name in garbage:
                vault.throw_away(name, now)
            vault.empty_trash(now)
        return {
            "files": len(rows),
            "missing": {rows[name][1] for name in missing},
            # Of another size than the row says, unless it was replaced meanwhile: opening it shows.
            "altered": {rows[name][1] for name in altered},
            "key": set(),
            "deleted": 0 if is_too_much else len(garbage),
            "kept": len(garbage) if is_too_much else 0,
            "back": len(back),
        }

    @api.model
    def _alarm_garbage(self, garbage, known):
        text = (
            f"{garbage} files in the storage are unknown to the database, which knows {known}. Nothing was deleted: "
            "was an older backup restored? “odoo vault check --delete -d DATABASE” moves them to the trash."
        )
        _logger.error("%s", text)
        self.env["clinic.access.alarm"]._raise_vault(text)

    @api.model
    def _known_by_now(self, names):
        """Return those of ``names`` that the database knows at this moment, not when this transaction began."""
        if not names:
            return set()
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT name FROM clinic_vault_file WHERE name = ANY(%s)", [list(names)])
            return {name for (name,) in cr.fetchall()}

    @api.model
    def _open_next(self, vault, until, commit, found):
        """Open file after file ``until`` that time; return how many, and add the ids of faulty ones to ``found``."""
        week_ago = fields.Datetime.subtract(fields.Datetime.now(), days=DAYS)
        domain = [] if until is None else [("verified_at", "<", week_ago)]
        opened, ids = 0, self.sudo().search(domain, order="verified_at, id").ids
        for start in range(0, len(ids), BATCH):
            if until is not None and time.time() >= until:
                break
            batch = self.sudo().browse(ids[start : start + BATCH]).exists()
            faults = {fault: set() for fault in FAULTS}
            for stored in batch:
                if fault := stored._fault(vault):
                    faults[fault].add(stored.id)
            self._note_faults(faults)
            for fault in FAULTS:
                found[fault] |= faults[fault]
            batch._clinic_writing().write({"verified_at": fields.Datetime.now()})
            opened += len(batch)
            if commit and not self.env["ir.cron"]._commit_progress():
                break
        return opened

    def _fault(self, vault):
        """Return what is wrong with this file, None where it opens; a storage that does not answer is raised."""
        try:
            vault.get(self.name, self.owner, self.variant)
        except (Missing, Altered, KeyMissing) as error:
            return error.kind
        return None

    @api.model
    def _note_faults(self, faults):
        """Note ``faults``, {kind: ids}, and alarm about those that were not known yet."""
        lines = []
        for fault, ids in faults.items():
            for stored in self.sudo().browse(ids).exists():
                if stored.fault != fault:
                    lines.append(f"{stored.name} ({stored.variant}, {stored.owner}): {fault}")
                    stored._clinic_writing().fault = fault
        if lines:
            self.env["clinic.access.alarm"]._raise_vault("\n".join(sorted(lines)[:200]))

    @api.model
    def _forget_faults(self, vault, faulty):
        """Take the fault off the files that open again; those with the ids ``faulty`` do not."""
        for stored in self.sudo().search([("fault", "!=", False), ("id", "not in", list(faulty))]):
            fault = stored._fault(vault) or False
            if stored.fault != fault:
                stored._clinic_writing().fault = fault

    @api.model
    def _rotate(self, seconds=None, commit=False):
        """Wrap the data keys that an old key wraps by the current one; return how many are left.

        What is done stays done when it is interrupted, and need not be done again.

        :param seconds: how long; None until all are done
        :param commit: after each batch
        """
        vault, begun = self._own_vault(), time.time()
        current, failed = vault.keyring.current.hex(), []
        while seconds is None or time.time() - begun < seconds:
            batch = self.sudo().search([("key_id", "!=", current), ("id", "not in", failed)], limit=BATCH)
            if not batch:
                break
            done = self.browse()
            for stored in batch:
                try:
                    vault.rewrap(stored.name, stored.owner, stored.variant)
                    done |= stored
                except StorageError:
                    raise
                except VaultError as error:
                    failed.append(stored.id)
                    _logger.error("Stored file %s keeps its old key: %s", stored.name, error)
            done._clinic_writing().write({"key_id": current})
            done.flush_recordset()
            if commit and not self.env["ir.cron"]._commit_progress():
                break
        return self.sudo().search_count([("key_id", "!=", current)])

    @api.model
    def _adopt(self):
        """Have the storage say that it is this database's, without a look at its files: for the command alone."""
        self._vault().mark()

    @api.model
    def _mark_known_storage(self):
        """Have a storage of before there were marks say that it is this database's, if a file of it opens."""
        vault = self._vault()
        rows = self.sudo()
        for stored in rows.search([], order="id desc", limit=20) | rows.search([], order="id", limit=20):
            try:
                vault.get(stored.name, stored.owner, stored.variant)
            except VaultError:
                continue
            vault.mark()
            return True
        return False
