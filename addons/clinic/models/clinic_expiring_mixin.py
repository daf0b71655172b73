from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# So many days before the last one, the person responsible is told, once each.
THRESHOLDS = (60, 30, 7)


class ClinicExpiringMixin(models.AbstractModel):
    """A permission of a practitioner that ends on a day, and of whose end the responsible manager is told in time.

    A model needs the fields ``practitioner_id``, ``granted_by_id`` and the one that ``_last_day_field`` names.
    """

    _name = "clinic.expiring.mixin"
    _description = "Permission with a Last Day"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _last_day_field = "date_to"
    # What a later permission must have in common with one to take its place.
    _renewal_fields = ("practitioner_id",)

    told_days = fields.Integer(
        string="Reminder Sent",
        readonly=True,
        copy=False,
        help="The nearest threshold in days for which the reminder was sent.",
    )

    needs_renewal = fields.Boolean(
        compute="_compute_needs_renewal",
        search="_search_needs_renewal",
        help="Has ended or ends within 60 days, and nothing later takes its place.",
    )

    @api.depends("practitioner_id")
    def _compute_needs_renewal(self):
        needing = self._needing_renewal()
        for permission in self:
            permission.needs_renewal = permission._origin in needing

    def _search_needs_renewal(self, operator, value):
        if operator != "in":
            return NotImplemented
        needing = self._needing_renewal_domain()
        return needing if True in value else Domain("id", "not in", self.search(needing).ids)

    @api.model
    def _needing_renewal(self):
        """Return those that have ended or will soon, of practitioners who work here, the last one of each kind."""
        return self.search(self._needing_renewal_domain())

    @api.model
    def _needing_renewal_domain(self):
        """Return the domain of what ``_needing_renewal`` finds, which asks the database nothing by itself."""
        self.flush_model([*self._renewal_fields, self._last_day_field])
        soon = fields.Date.add(self.env.company._clinic_today(), days=max(THRESHOLDS))
        ending = Domain(self._last_day_field, "<=", soon) & Domain("practitioner_id.active", "=", True)
        return ending & self._told_domain() & Domain.custom(to_sql=self._sql_is_last)

    @api.model
    def _sql_is_last(self, model, alias, query):
        """Return the condition that no permission of the same kind lasts longer than the one in the table ``alias``."""
        last = self._last_day_field
        same = SQL(" AND ").join(
            SQL(
                # No index and no hash serves a comparison that knows of NULL.
                "later.%s = %s" if self._fields[name].required else "later.%s IS NOT DISTINCT FROM %s",
                SQL.identifier(name),
                SQL.identifier(alias, name),
            )
            for name in self._renewal_fields
        )
        return SQL(
            "NOT EXISTS (SELECT FROM %s later WHERE %s"
            " AND (COALESCE(later.%s, 'infinity'), later.id) > (COALESCE(%s, 'infinity'), %s))",
            SQL.identifier(self._table),
            same,
            SQL.identifier(last),
            SQL.identifier(alias, last),
            SQL.identifier(alias, "id"),
        )

    @api.model
    def _state_on(self, first, last, today):
        """Return "future", "valid" or "expired" for what is valid from ``first`` to ``last``, either may be open."""
        if last and last < today:
            return "expired"
        return "future" if first and first > today else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._clinic_today()
        last = self._last_day_field
        expired = Domain(last, "!=", False) & Domain(last, "<", today)
        future = Domain("date_from", "!=", False) & Domain("date_from", ">", today)
        domains = {"expired": expired, "future": ~expired & future, "valid": ~expired & ~future}
        return Domain.OR(domains[state] for state in value if state in domains)

    def _regranted(self, vals):
        """Return ``vals`` with who grants it, which is a fact and no input; a reminder of its end is due again."""
        if self:
            self.activity_unlink(["mail.mail_activity_data_todo"])
        return {**vals, "granted_by_id": self.env.uid, "told_days": 0}

    # -- telling in time ----------------------------------------------------------------------------------------------

    @api.model
    def _cron_tell_expiry(self):
        """Plan an activity for each permission that comes nearer to its end than a threshold; none of them twice."""
        today = self.env.company._clinic_today()
        last = self._last_day_field
        ending = self.search(
            Domain(last, ">=", today)
            & Domain(last, "<=", fields.Date.add(today, days=max(THRESHOLDS)))
            & Domain("practitioner_id.active", "=", True)
        )
        for permission in ending._told_of():
            left = (permission[last] - today).days
            threshold = min(days for days in THRESHOLDS if left <= days)
            manager = permission._responsible_manager()
            if manager and (not permission.told_days or permission.told_days > threshold):
                permission.told_days = threshold
                permission._tell_expiry(manager, permission[last])

    def _told_of(self):
        """Return those of these permissions whose end is told of by an activity of their own."""
        return self

    @api.model
    def _told_domain(self):
        """Return which permissions ``_told_of`` keeps."""
        return Domain.TRUE

    def _tell_expiry(self, manager, day):
        # A permission to treat says nothing about a patient, so that a mail may tell of it.
        told = self.with_context(lang=manager.lang)
        told.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=day,
            summary=told._expiry_text(day),
            user_id=manager.id,
        )

    def _expiry_text(self, day):
        """Return the neutral summary of the activity."""
        return self.env._(
            "%(permission)s ends on %(day)s", permission=self._description, day=format_date(self.env, day)
        )

    def _responsible_manager(self):
        """Return who is told: who granted it, else a manager of the practitioner's branches."""
        managers = self.env.ref("clinic.group_manager").all_user_ids.filtered("active") - self.practitioner_id.user_id
        if self.granted_by_id in managers:
            return self.granted_by_id
        return managers.filtered(lambda user: user.company_ids & self.practitioner_id.company_ids)[:1]
