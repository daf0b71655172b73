import math
from datetime import timedelta
from pathlib import Path

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import config

from odoo.addons.clinic.door import a_text

from ..const import MOST_BYTES, PART_BYTES
from ..intake import Busy, Refused

KEY = a_text(64)
# A card that is opened again within this time goes on with what was not through.
HOURS_TO_RESUME = 24
DAYS_TO_KNOW = 90


class ClinicUploadMixin(models.AbstractModel):
    """An upload: what the file will be, and the parts that have arrived, sealed like all else.

    The browser chooses the key; what is sent twice, after a broken connection or a reload, is stored once. A model says
    in ``_upload_makes`` which field names the record that was made, and has the public ``begin``, ``finish`` and
    ``cancel``.
    """

    _name = "clinic.upload.mixin"
    _description = "Upload in Parts"
    _upload_makes = None

    key = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade", index=True)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="cascade", index=True)
    about = fields.Json(required=True, readonly=True)
    size = fields.Integer(required=True, readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "This file is being uploaded already.")
    _size_taken = models.Constraint(f"CHECK (size BETWEEN 1 AND {MOST_BYTES})", "A file may have 25 MB at most.")

    # -- beginning ----------------------------------------------------------------------------------------------------

    @api.model
    def _begin(self, key, about):
        """Announce a file, or ask how far it got.

        :param key: chosen by the browser, 16 characters at least
        :param about: what the file will be; ``patient_id``, and ``size`` in bytes
        :return: {"parts": those that are here, "part_size", and the id of what was made once it is through}
        """
        upload = self._own(key)
        if not upload:
            if len(key) < 16 or not key.replace("-", "").isalnum():
                raise UserError(self.env._("The upload has no valid key. Reload the page."))
            if about["size"] > MOST_BYTES:
                raise UserError(self.env._("The file is larger than 25 MB. Make it smaller, or choose another one."))
            patient = self._check_may_add(about)
            values = {"key": key, "user_id": self.env.uid, "patient_id": patient.id, "size": about["size"]}
            # Whether the user may was checked; nobody has a right to these rows.
            upload = self.sudo().create({**values, "about": self._prepare_about(about)})
        return {"parts": upload._parts(), "part_size": PART_BYTES, **upload._made()}

    def _made(self):
        """Return the id of what was made of these parts as {"photo": id}, for a field ``photo_id``."""
        return {self._upload_makes.removesuffix("_id"): self[self._upload_makes].id}

    @api.model
    def _prepare_about(self, about):
        """Return what is kept of ``about`` until the file is through, ready for JSON."""
        return about

    @api.model
    def _own(self, key):
        """Return the user's upload with that key, if there is one."""
        upload = self.sudo().search([("key", "=", key)], limit=1)
        if upload and upload.user_id != self.env.user:
            raise AccessError(self.env._("This file is being uploaded by somebody else."))
        return upload

    @api.model
    def _check_may_add(self, about):
        """Return the patient; raise unless the user may add what ``about`` says."""
        raise NotImplementedError

    @api.model
    def _patient_of(self, about):
        """Return the patient, the kept one after a merge, whom the user may see."""
        patient = self.env["clinic.patient"].browse(about["patient_id"]).exists()._kept()
        if not patient:
            raise UserError(self.env._("This patient does not exist any more."))
        patient.check_access("read")
        return patient

    # -- parts --------------------------------------------------------------------------------------------------------

    def _files(self):
        return self.env["clinic.vault.file"]._of(self._place())

    def _place(self):
        return f"upload-{self.key}"

    def _parts(self):
        """Return the numbers of the parts that are here."""
        return sorted(int(file.variant) for file in self._files())

    def _join_parts(self):
        """Return the bytes of all parts."""
        parts = {int(file.variant): file for file in self._files()}
        return b"".join(parts[number]._content() for number in sorted(parts))

    def _part_sizes(self):
        """Return the size of each part in their order."""
        count = math.ceil(self.size / PART_BYTES)
        return [PART_BYTES] * (count - 1) + [self.size - PART_BYTES * (count - 1)]

    def _take_part(self, number, data):
        """Keep a part, unless it is here already."""
        self.ensure_one()
        sizes = self._part_sizes()
        if not 0 <= number < len(sizes) or len(data) != sizes[number]:
            raise UserError(self.env._("This part does not belong to the file. Choose the file again."))
        if self[self._upload_makes] or number in self._parts():
            return
        try:
            with self.env.cr.savepoint():
                self.env["clinic.vault.file"]._store(self._place(), str(number), data)
        except psycopg2.errors.UniqueViolation:
            # It has just come by another tab, too.
            return

    # -- finishing ----------------------------------------------------------------------------------------------------

    @api.model
    def _finish(self, key):
        """Make a photo, or a document, of the parts.

        :return: {"state": "done" and the id of what was made}; "busy": ask again in a second; "missing": send
            ``parts``; "refused": ``text`` says why, and the file is forgotten; "failed": as well, and it is kept, to be
            tried again
        """
        upload = self._own(key)
        if not upload:
            raise UserError(self.env._("This upload has expired. Choose the file again."))
        if upload[self._upload_makes]:
            return {"state": "done", **upload._made()}
        # The patient may have gone out of care, or been merged, meanwhile.
        patient = self._check_may_add({**upload.about, "patient_id": upload.patient_id.id})
        if not upload.try_lock_for_update():
            # By another tab, or by a request whose answer did not arrive.
            return {"state": "busy"}
        missing = sorted(set(range(len(upload._part_sizes()))) - set(upload._parts()))
        if missing:
            return {"state": "missing", "parts": missing}
        try:
            facts, files = upload._take_in()
        except Busy:
            return {"state": "busy"}
        except Refused as error:
            if not error.is_final:
                return {"state": "failed", "text": self._refusal(error.rule)}
            upload._forget()
            return {"state": "refused", "text": self._refusal(error.rule)}
        upload[self._upload_makes] = upload._make(patient, facts, files)
        upload._files()._erase()
        return {"state": "done", **upload._made()}

    def _take_in(self):
        """Return what is known of the file that the parts are, and {variant: clean bytes}."""
        raise NotImplementedError

    def _make(self, patient, facts, files):
        """Return the record that is made of the clean ``files``, which are stored."""
        raise NotImplementedError

    @api.model
    def _turn_file(self):
        return Path(config["data_dir"]) / "clinic_intake.lock"

    @api.model
    def _refusal(self, rule):
        """Return why a file is not taken, and what to do."""
        raise NotImplementedError

    @api.model
    def _cancel(self, key):
        """Forget a file that is not through yet."""
        self._own(key)._forget()
        return True

    def _forget(self):
        for upload in self:
            upload._files()._erase()
        self.unlink()

    @api.model
    def _cron_forget(self):
        """Forget uploads that nobody finished, and, much later, what the others became.

        Until then the same upload, from a browser that was off for weeks, makes nothing a second time.
        """
        now = fields.Datetime.now()
        unfinished = [
            (self._upload_makes, "=", False),
            ("create_date", "<", now - timedelta(hours=HOURS_TO_RESUME)),
        ]
        finished = [(self._upload_makes, "!=", False), ("create_date", "<", now - timedelta(days=DAYS_TO_KNOW))]
        self.sudo().search(Domain(unfinished) | Domain(finished))._forget()
