from datetime import timedelta

from odoo import api, fields, models

from ..const import LOOK_DAYS, MOST_LOOKS

# The roles by which people are named who looked, the highest one first.
ROLES = ("manager", "practitioner", "cosmetologist", "reception", "accountant", "warehouse", "privacy_officer")
SHOWN = ("open", "list", "export", "print", "break_glass")


class ClinicPortal(models.AbstractModel):
    _inherit = "clinic.portal"

    @api.model
    def _looks(self, patient, user):
        """Return [{"day", "who", "is_emergency"}]: who has opened the record of ``patient``, by days; the last first.

        Which part of it they opened would tell what there is in it, and is left out.

        :param user: who asks; what they opened themselves is no news
        """
        domain = [
            ("patient_id", "in", patient._united().ids),
            ("action", "in", SHOWN),
            ("user_id", "!=", user.id),
            ("at", ">", fields.Datetime.now() - timedelta(days=LOOK_DAYS)),
        ]
        branch = patient.env.company
        found = {}
        for row in self.env["clinic.access.log"].search_fetch(
            domain, ["at", "user_id", "action"], limit=10 * MOST_LOOKS
        ):
            key = (branch._clinic_local(row.at).date(), row.user_id)
            found[key] = found.get(key, False) or row.action == "break_glass"
        names = {user: self._who_looked(user, branch) for user in {user for _day, user in found}}
        day_text = self.env["clinic.message"]._day_text
        return [
            {"day": day_text(day, self.env.lang), "who": names[user], "is_emergency": is_emergency}
            for (day, user), is_emergency in list(found.items())[:MOST_LOOKS]
        ]

    @api.model
    def _who_looked(self, user, branch):
        """Return how ``user`` is called on the page: by name, or by the role alone, as ``branch`` has it."""
        if user.share:
            return self.env._("You, or who acts for you")
        group = next((name for name in ROLES if user.has_group(f"clinic.group_{name}")), None)
        role = self._role_names().get(group) or self.env._("Staff")
        return f"{user.name} ({role})" if branch.clinic_portal_names else role

    @api.model
    def _role_names(self):
        """Return {role: what it is called to patients}, in their language."""
        return {
            "manager": self.env._("Manager"),
            "practitioner": self.env._("Practitioner"),
            "cosmetologist": self.env._("Cosmetologist"),
            "reception": self.env._("Reception"),
            "accountant": self.env._("Accountant"),
            "warehouse": self.env._("Warehouse"),
            "privacy_officer": self.env._("Privacy Officer"),
        }
