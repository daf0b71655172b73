import logging
import time

from odoo import api, fields, models

from ..kernel import Altered, KeyMissing, Missing, VaultError
from ..kernel.vault import GARBAGE_AGE

BATCH = 100
# Of an hour's check: each file has its turn, those that were opened longest ago first.
SECONDS, MOST = 300, 20_000
_logger = logging.getLogger(__name__)


class ClinicVaultFile(models.Model):
    """The check of what lies in the storage, and the change of its key."""

    _inherit = "clinic.vault.file"

    @api.model
    def _cron_check(self):
        """Compare the storage with the database, change the key of what has an old one, open what comes next."""
        self._rotate(seconds=SECONDS, commit=True)
        self._check(seconds=SECONDS, commit=True)

    @api.model
    def _check(self, seconds=None, garbage_age=GARBAGE_AGE, commit=False):
        """Find what is missing, altered, without a key or nobody's; alarm, and delete what is nobody's.

        :param seconds: how long files are opened; None opens all of them
        :param garbage_age: how old, in seconds, what is nobody's must be to be deleted
        :param commit: after each batch
        :return: {"files", "opened", "missing", "altered", "key", "garbage", "deleted"}: how many
        """
        vault, begun = self._vault(), time.time()
        found = self._compare(vault, garbage_age)
        found["opened"], faults = self._open_next(vault, begun + seconds if seconds is not None else None, commit)
        for fault, ids in faults.items():
            found[fault] |= ids
        self._note_faults(found)
        counts = {key: len(value) if isinstance(value, set) else value for key, value in found.items()}
        _logger.info("Vault check: %s", counts)
        return counts

    @api.model
    def _compare(self, vault, garbage_age):
        """Compare names and sizes, of all files."""
        self.flush_model()
        self.env.cr.execute("SELECT name, size, id FROM clinic_vault_file")
        rows = {name: (size, id_) for name, size, id_ in self.env.cr.fetchall()}
        sizes = {name: size for name, (size, _id) in rows.items()}
        missing, altered, garbage = vault.compare(sizes, time.time(), garbage_age)
        garbage -= self._known_by_now(garbage)
        for name in garbage:
            vault.delete(name)
        return {
            "files": len(rows),
            "missing": {rows[name][1] for name in missing},
            # Of another size than the row says, unless it was replaced meanwhile: opening it tells.
            "altered": {rows[name][1] for name in altered},
            "key": set(),
            "deleted": len(garbage),
        }

    @api.model
    def _known_by_now(self, names):
        """Return those of ``names`` that other transactions have committed since this one began."""
        if not names:
            return set()
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT name FROM clinic_vault_file WHERE name = ANY(%s)", [list(names)])
            return {name for (name,) in cr.fetchall()}

    @api.model
    def _open_next(self, vault, until, commit):
        """Open file after file ``until`` that time; return how many, and {fault: ids}."""
        opened, faults = 0, {"missing": set(), "altered": set(), "key": set()}
        ids = self.sudo().search([], order="verified_at, id", limit=None if until is None else MOST).ids
        for start in range(0, len(ids), BATCH):
            if until is not None and time.time() >= until:
                break
            batch = self.sudo().browse(ids[start : start + BATCH]).exists()
            for stored in batch:
                if fault := stored._fault(vault):
                    faults[fault].add(stored.id)
            batch._clinic_writing().write({"verified_at": fields.Datetime.now()})
            opened += len(batch)
            if commit:
                self.env["ir.cron"]._commit_progress()
        return opened, faults

    def _fault(self, vault):
        """Return what is wrong with this file, None where it opens."""
        try:
            vault.get(self.name, self.owner, self.variant)
        except (Missing, Altered, KeyMissing) as error:
            return error.kind
        except VaultError:
            # That the storage does not answer says nothing of a file.
            _logger.exception("The storage does not answer")
        return None

    @api.model
    def _note_faults(self, found):
        """Write down which files are faulty, take it off those that are not, and alarm about what is new."""
        now_faulty = {id_: kind for kind in ("key", "altered", "missing") for id_ in found[kind]}
        rows = self.sudo().browse(now_faulty).exists() | self.sudo().search([("fault", "!=", False)])
        lines = []
        for stored in rows:
            fault = now_faulty.get(stored.id) or False
            if not fault and stored._fault(self._vault()):
                continue
            if fault and fault != stored.fault:
                lines.append(f"{stored.name} ({stored.variant}, {stored.owner}): {fault}")
            if stored.fault != fault:
                stored._clinic_writing().fault = fault
        if lines:
            self.env["clinic.access.alarm"]._raise_vault("\n".join(sorted(lines)[:200]))

    @api.model
    def _rotate(self, seconds=None, commit=False):
        """Wrap the data keys that an old key wraps by the current one; return how many are left.

        What is done stays done when it is interrupted, and need not be done again.

        :param seconds: how long; None until all are done
        :param commit: after each batch
        """
        vault, begun = self._vault(), time.time()
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
                except VaultError as error:
                    failed.append(stored.id)
                    _logger.error("Stored file %s keeps its old key: %s", stored.name, error)
            done._clinic_writing().write({"key_id": current})
            done.flush_recordset()
            if commit:
                self.env["ir.cron"]._commit_progress()
        return self.sudo().search_count([("key_id", "!=", current)])
