from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ClinicIntakeForm(models.Model):
    _inherit = "clinic.intake.form"

    is_online = fields.Boolean(
        "Asked Before Booking Online",
        help="Who books one of the treatments online answers these questions before a time is kept. A form that is not "
        "mandatory is asked online only.",
    )
    online_patch_id = fields.Many2one(
        "product.template",
        string="Patch Test",
        domain=[("is_treatment", "=", True)],
        ondelete="restrict",
        help="Offered online instead, where an answer asks for a patch test first.",
    )

    @api.constrains("online_patch_id")
    def _check_patch(self):
        """A patch test is a treatment that can be booked."""
        for form in self:
            if form.online_patch_id and not form.online_patch_id.is_treatment:
                raise ValidationError(
                    self.env._("%s is not a treatment. Choose a treatment.", form.online_patch_id.name)
                )

    @api.model
    def _online_for(self, treatments):
        """Return the forms that are asked online before ``treatments``, by the same rule as before a procedure."""
        # What is asked does not depend on who books.
        needs = self.env["clinic.intake.need"]
        if not treatments or not needs._is_used():
            return self.sudo()
        for model in ("clinic.intake.form", "clinic.intake.version", "product.template"):
            self.env[model].flush_model()
        query = SQL(
            """
            SELECT DISTINCT form.sequence, form.id
              FROM product_template treatment
         LEFT JOIN product_category category ON category.id = treatment.categ_id
              JOIN clinic_intake_form form ON form.active AND form.is_online AND %s
                   AND form.online_patch_id IS DISTINCT FROM treatment.id
             WHERE treatment.id = ANY(%s)
          ORDER BY form.sequence, form.id
            """,
            needs._asks(),
            treatments.ids,
        )
        return self.sudo().browse([id_ for _sequence, id_ in self.env.execute_query(query)])
