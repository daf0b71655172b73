from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.clinic.door import a_choice, a_day, a_flag, a_record, a_text, takes
from odoo.addons.clinic.reasons import check_reason

from ..const import USES

MOST_PHOTOS = 500


class ClinicPhotoPermission(models.Model):
    """What a patient has allowed or withdrawn: one use, of one photo or of all; a row for each decision.

    Rows are only added. A use is permitted when it was granted for the photo or for all photos of the patient, and the
    latest decision about neither of the two is a withdrawal: what was withdrawn for one photo stays so, even when all
    are granted, until it is granted for that photo again.
    """

    _name = "clinic.photo.permission"
    _description = "Permitted Use of Photos"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "decided_at desc, id desc"
    _rec_name = "use"

    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    photo_id = fields.Many2one(
        "clinic.photo",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: all photos of the patient.",
    )
    use = fields.Selection(USES, required=True, readonly=True)
    decision = fields.Selection([("granted", "Granted"), ("withdrawn", "Withdrawn")], required=True, readonly=True)
    decided_at = fields.Datetime(string="On", required=True, readonly=True, default=fields.Datetime.now)
    until = fields.Date(readonly=True, help="The last day on which the use is permitted; empty: until it is withdrawn.")
    evidence = fields.Char(required=True, readonly=True, help="How the patient said so, e.g. the signed form.")
    user_id = fields.Many2one("res.users", string="Recorded By", required=True, readonly=True, ondelete="restrict")

    _latest_idx = models.Index("(patient_id, use, decided_at DESC)")

    @api.depends("use", "decision")
    def _compute_display_name(self):
        words = dict(self._fields["use"]._description_selection(self.env))
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{words.get(row.use, '')}: {decisions.get(row.decision, '')}"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse: a decision is recorded by ``decide``."""
        if not self.env.su:
            raise AccessError(self.env._("Record what the patient has decided with the buttons beside the photos."))
        return super().create(vals_list)

    def write(self, vals):
        """Refuse: a decision that changes is another row."""
        if not self.env.su:
            raise AccessError(self.env._("What a patient has decided is not changed: record the new decision."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("What a patient has decided is not deleted: record the new decision."))

    @takes(
        patient=a_record("clinic.patient", exists=True),
        use=a_choice(dict(USES)),
        granted=a_flag(),
        evidence=a_text(200),
        photos=a_record("clinic.photo", many=True, exists=True),
        until=a_day(),
    )
    @api.model
    def decide(self, patient, use, granted, evidence, photos=None, until=None):
        """Record that the patient grants or withdraws a use, from this moment on.

        :param photos: of these photos only; of all if it is left out
        :param until: the last day of the permission
        :return: the id of the first row
        :raises UserError: when the photos are another patient's, or nothing says how the patient decided
        """
        check_reason(self.env, evidence, self.env._("Write down how the patient said so, e.g. “Form signed today”."))
        none = self.env["clinic.photo"]
        # One that is named twice is decided once.
        photos = none | (photos or none)
        if len(photos) > MOST_PHOTOS:
            raise UserError(self.env._("Choose at most %s photos at once.", MOST_PHOTOS))
        self._check_may_decide(patient, photos, granted)
        if any(photo.patient_id != patient for photo in photos):
            raise UserError(self.env._("These photos are not all of this patient."))
        return self._decide(patient, use, granted, evidence, photos, until)[:1].id

    @api.model
    def _check_may_decide(self, patient, photos, granted):
        """Raise unless the user may record decisions about ``photos``, or about all photos of ``patient``.

        The desk records what a patient grants and withdraws. Users who see in the portfolio what is granted, or who are
        not of the desk, do so for patients in their care: nobody opens photos to themselves.
        """
        user = self.env.user
        if not user.has_groups("clinic.group_cosmetologist,clinic.group_reception"):
            raise AccessError(self.env._("Decisions of patients are recorded at the desk or in the treatment room."))
        patient.check_access("read")
        photos.check_access("read")
        is_desk = user.has_group("clinic.group_reception")
        if is_desk and not (granted and user.has_group("clinic_photo.group_portfolio")):
            return
        if not patient._in_care():
            self.env["clinic.access.log"]._log(patient, "denied", model=self._name, reason="create")
            raise AccessError(
                self.env._("This patient is not in your care. Ask the branch of the patient to record the decision.")
            )

    @api.model
    def _decide(self, patient, use, granted, evidence, photos=(), until=None):
        """As ``decide``, for our own methods: signed consents are recorded by it."""
        values = {
            "patient_id": patient.id,
            "use": use,
            "decision": "granted" if granted else "withdrawn",
            "evidence": evidence.strip(),
            "until": until if granted else False,
            "user_id": self.env.uid,
        }
        # Checked by the caller; nobody has a right to add rows.
        return self.sudo().create([{**values, "photo_id": photo.id} for photo in photos] or [values])

    @api.model
    def _permitted_sql(self, photo, use):
        """Return the condition that ``use`` is permitted now of ``photo``, the alias of a row of ``clinic_photo``."""
        latest = SQL(
            """
            SELECT DISTINCT ON (decision.photo_id)
                   decision.decision = 'granted' AND COALESCE(decision.until >= %(today)s, TRUE) AS holds,
                   decision.decision = 'withdrawn' AS withdrawn
              FROM clinic_photo_permission decision
             WHERE decision.patient_id = %(photo)s.patient_id AND decision.use = %(use)s
               AND (decision.photo_id = %(photo)s.id OR decision.photo_id IS NULL)
          ORDER BY decision.photo_id, decision.decided_at DESC, decision.id DESC
            """,
            photo=photo,
            use=use,
            today=self.env.company._clinic_today(),
        )
        # A document is no picture of the patient that somebody could have meant.
        return SQL(
            "(%s.kind != 'document'"
            " AND (SELECT COALESCE(bool_or(holds) AND NOT bool_or(withdrawn), FALSE) FROM (%s) latest))",
            photo,
            latest,
        )

    @api.model
    def _permitted(self, photos, use):
        """Return those of ``photos`` of which the ``use`` is permitted at this moment."""
        if not photos:
            return photos
        self.flush_model()
        photos.flush_model(["patient_id", "kind"])
        query = SQL(
            "SELECT photo.id FROM clinic_photo photo WHERE photo.id = ANY(%s) AND %s",
            list(photos.ids),
            self._permitted_sql(SQL.identifier("photo"), use),
        )
        return photos.browse(id_ for (id_,) in self.env.execute_query(query))
