from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..functions import make_function

ARCHIVED = "clinic_patients_archived"


class ClinicPatient(models.Model):
    _inherit = "clinic.patient"

    visit_ids = fields.One2many("clinic.visit", "patient_id")
    visit_count = fields.Integer(compute="_compute_visit_count", string="Visits")
    no_show_count = fields.Integer(compute="_compute_no_show_count", string="No-shows")

    @api.depends("visit_ids")
    def _compute_visit_count(self):
        counts = dict(
            self.env["clinic.visit"]._read_group([("patient_id", "in", self.ids)], ["patient_id"], ["__count"])
        )
        for patient in self:
            patient.visit_count = counts.get(patient._origin, 0)

    @api.depends("visit_ids.state")
    def _compute_no_show_count(self):
        missed = [("patient_id", "in", self.ids), ("state", "=", "no_show")]
        counts = dict(self.env["clinic.visit"]._read_group(missed, ["patient_id"], ["__count"]))
        for patient in self:
            patient.no_show_count = counts.get(patient._origin, 0)

    def init(self):
        """Make the function that says which patients are archived, or their contacts; it does not depend on who asks.

        A subquery, as PostgreSQL runs it in half the time of a join.
        """
        super().init()
        make_function(
            self.env.cr,
            ARCHIVED,
            "patients integer[]",
            """
            SELECT array_agg(id::bigint)
              FROM clinic_patient
             WHERE id = ANY(patients) AND (active IS NOT TRUE
                   OR (SELECT active FROM res_partner WHERE res_partner.id = clinic_patient.partner_id) IS NOT TRUE)
            """,
            planned="force_generic_plan",
        )

    def _ask_archived(self):
        """Return the expression of the ids of those of these patients who, or whose contacts, are archived."""
        self.flush_model(["active", "partner_id"])
        self.env["res.partner"].flush_model(["active"])
        return SQL("%s(%s)", SQL.identifier(ARCHIVED), self.ids)

    def _check_bookable(self, archived_ids=None):
        """Raise when one of these patients, or their contact, is archived; return who is meant by these.

        :param archived_ids: the answer to ``_ask_archived``, where it is known
        """
        if archived_ids is None:
            [[archived_ids]] = self.env.execute_query(SQL("SELECT %s", self._ask_archived()))
        archived = self.sudo().browse(archived_ids or [])
        # One who was merged is archived as well, but stands for the one who is kept.
        for patient in archived - archived.filtered("merged_into_id"):
            raise UserError(self.env._("%s is archived. Restore the patient before you book.", patient.name))
        return self._kept() if archived else self

    def action_view_visits(self):
        """Open this patient's visits."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits of %s", self.name),
            "res_model": "clinic.visit",
            "view_mode": "list,form,calendar",
            "domain": [("patient_id", "=", self.id)],
            "context": {**self.env.context, "default_patient_id": self.id, "propose_start": True},
        }

    def action_book_visit(self):
        """Open the booking dialog for this patient."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_book")
        return {**action, "context": {"default_patient_id": self.id}}

    def action_book_series(self):
        """Open the dialog that books several sessions of one treatment for this patient."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_series")
        return {**action, "context": {"default_patient_id": self.id}}
