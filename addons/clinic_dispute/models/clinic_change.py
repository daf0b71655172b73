from odoo import api, models
from odoo.tools import SQL


class ClinicChange(models.Model):
    _inherit = "clinic.change"

    @api.model
    def _values_over_time(self, record, names):
        """Return [(time, user, {name: value})] of the changes of ``names`` of ``record``, the first one first.

        Values are as the database has them. The caller has checked that the user may know them.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT at, user_id, new FROM clinic_log.clinic_change"
                " WHERE model = %s AND res_id = %s AND jsonb_exists_any(new, %s) ORDER BY id",
                record._name,
                record.id,
                list(names),
            )
        )
        users = self.env["res.users"].sudo()
        return [
            (at.replace(microsecond=0), users.browse(user_id), {name: new[name] for name in names if name in new})
            for at, user_id, new in rows
        ]
