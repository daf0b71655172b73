from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import clean_context

# So many reports about one lot are more than a coincidence.
REPORTS = 2


class ClinicLotAlert(models.Model):
    """Problems after the same lot were reported more than once: the medical lead decides whether it is blocked.

    One is open per lot. It says of patients and their health nothing but how many reports there are, and from how many.
    """

    _name = "clinic.lot.alert"
    _description = "Lot Alert"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"

    lot_id = fields.Many2one("stock.lot", required=True, readonly=True, ondelete="restrict", index=True)
    product_id = fields.Many2one(related="lot_id.product_id", string="Item")
    lot_blocked = fields.Boolean(related="lot_id.clinic_blocked")
    company_ids = fields.Many2many("res.company", string="Branches", readonly=True)
    signal_ids = fields.Many2many(
        "clinic.signal",
        "clinic_lot_alert_signal_rel",
        "alert_id",
        "signal_id",
        string="Reports",
        readonly=True,
        ondelete="restrict",
        groups="clinic.group_cosmetologist",
    )
    report_count = fields.Integer(string="Number of Reports", readonly=True)
    patient_count = fields.Integer(string="From Patients", readonly=True)
    unsure_count = fields.Integer(
        string="Of These Unsure", readonly=True, help="So many reports may be about another procedure as well."
    )
    alerted_at = fields.Datetime(string="Since", required=True, readonly=True)
    state = fields.Selection(
        [("open", "To decide"), ("blocked", "Blocked"), ("dismissed", "Not blocked")],
        required=True,
        readonly=True,
        default="open",
    )
    reason = fields.Char(readonly=True, help="Why the lot was not blocked.")
    decided_at = fields.Datetime(string="Decided On", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")

    _one_open = models.UniqueIndex("(lot_id) WHERE state = 'open'", "There is an open alert about this lot already.")
    _decided_by_somebody = models.Constraint(
        "CHECK (state = 'open' OR (decided_at IS NOT NULL AND decided_by_id IS NOT NULL))",
        "Who decided about a lot, and when, is written down.",
    )
    _dismissed_with_reason = models.Constraint(
        "CHECK (state != 'dismissed' OR btrim(COALESCE(reason, '')) != '')", "Say why the lot is not blocked."
    )

    @api.depends("alerted_at")
    def _compute_display_name(self):
        # Neutral: names reach activities and mails.
        for alert in self:
            alert.display_name = self.env._("Lot alert %s", alert.id or "")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was decided about a lot stays."))

    # -- alerting -----------------------------------------------------------------------------------------------------

    @api.model
    def _look(self, signal):
        """Alert the medical lead about each lot of ``signal`` that was reported before within the branch's days."""
        # When a report arrives, or an item is logged after it: of all branches, since a lot is used in several.
        alerts = self.sudo()
        lots = signal._used()[signal].lot_id
        if not lots:
            return
        alerts._lock_lots(lots)
        for lot, signals in alerts._reports(signal, lots).items():
            if len(signals) >= REPORTS:
                alerts._alert(lot, signals)

    @api.model
    def _look_again(self, consumptions):
        """An item was logged or taken back: look at what was reported about its procedure before."""
        # Who logs what was used need not read the reports, nor the alerts.
        lots = consumptions.sudo().lot_id
        procedures = consumptions.sudo().filtered("lot_id").procedure_id
        signals = self.env["clinic.signal"].sudo().search([("procedure_ids", "in", procedures.ids)])
        if not signals:
            return
        alerts = self.sudo()
        alerts._lock_lots(lots)
        for alert in alerts.search([("lot_id", "in", lots.ids), ("state", "=", "open")]):
            values = alert._prepare_reports(alert._still_about(alert.signal_ids))
            # Who was told goes on seeing it.
            del values["company_ids"]
            alert._clinic_writing().write(values)
        for signal in signals:
            alerts._look(signal)

    def _still_about(self, signals):
        """Return those of ``signals`` in whose procedures this alert's lot was used and not taken back."""
        self.ensure_one()
        used = signals._used()
        return signals.filtered(lambda signal: self.lot_id in used[signal].lot_id)

    @api.model
    def _prepare_reports(self, signals):
        """Return the values that say which reports an alert is about."""
        return {
            "signal_ids": [fields.Command.set(signals.ids)],
            "company_ids": [fields.Command.set(signals.company_id.ids)],
            "report_count": len(signals),
            "patient_count": len(signals.patient_id),
            "unsure_count": len(signals.filtered(lambda signal: len(signal.procedure_ids) > 1)),
        }

    @api.model
    def _lock_lots(self, lots):
        """Let two reports about one lot come one after the other, so that the second sees the first.

        The rows are changed, not locked alone: who waited fails to serialize, and Odoo runs it again.
        """
        lots.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE stock_lot SET write_date = write_date"
                " WHERE id IN (SELECT id FROM stock_lot WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)"
                " RETURNING id",
                list(lots.ids),
            )
        )

    @api.model
    def _reports(self, signal, lots):
        """Return {lot: the reports about it within the days of ``signal``'s branch, before it and after it}."""
        signals = self.env["clinic.signal"]
        signals.flush_model()
        self.env["clinic.consumption"].flush_model()
        days = signal.company_id.clinic_signal_days
        since = fields.Datetime.subtract(signal.reported_at, days=days)
        until = fields.Datetime.add(signal.reported_at, days=days)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT used.lot_id, ARRAY_AGG(DISTINCT report.id)
                  FROM clinic_consumption used
                  JOIN clinic_signal_procedure_rel about ON about.procedure_id = used.procedure_id
                  JOIN clinic_signal report ON report.id = about.signal_id
                 WHERE used.lot_id = ANY(%s) AND used.state = 'used'
                   AND report.reported_at BETWEEN %s AND %s
              GROUP BY used.lot_id
                """,
                list(lots.ids),
                since,
                until,
            )
        )
        return {self.env["stock.lot"].browse(lot_id): signals.browse(ids) for lot_id, ids in rows}

    @api.model
    def _alert(self, lot, signals):
        """Open an alert about ``lot``, or add to the open one, and tell who leads medically."""
        alert = self._current(lot)
        if alert and signals <= alert.signal_ids:
            return
        values = self._prepare_reports(signals | alert.signal_ids)
        if alert.state == "blocked":
            # Nothing is left to decide.
            alert._clinic_writing().write(values)
            return
        values["alerted_at"] = fields.Datetime.now()
        if alert:
            alert._clinic_writing().write(values)
        else:
            quiet = self._clinic_writing().with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            alert = quiet.create({**values, "lot_id": lot.id})
        alert._tell_leads(signals)

    @api.model
    def _current(self, lot):
        """Return the open alert about ``lot``; of a lot that is blocked, else the last by which it was."""
        alerts = self.search([("lot_id", "=", lot.id), ("state", "in", ("open", "blocked"))], order="id desc")
        alert = alerts.filtered(lambda alert: alert.state == "open")
        return alert or (alerts[:1] if lot.clinic_blocked else alerts.browse())

    def _tell_leads(self, signals):
        """Give each medical lead an activity, and a mail at once; both say no more than that there is an alert."""
        self.ensure_one()
        # No caller's context keeps the activity from being planned; the mail takes the place of the activity's own.
        alert = self.with_env(self.env(context=clean_context(self.env.context)))
        for user, branches in alert._leads(signals).items():
            told = alert.with_context(lang=user.lang, mail_activity_quick_update=True)
            if not told.activity_ids.filtered(lambda activity, user=user: activity.user_id == user):
                told.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=branches[:1]._clinic_today(),
                    summary=told.env._("Decide about a lot: %s", told.display_name),
                    user_id=user.id,
                )
            user.with_context(lang=user.lang)._clinic_mail(
                told.env._("A lot needs your decision"),
                "clinic_signal_stock.mail_alert",
                {},
                company=branches[:1],
                button=(told.env._("Open the Alert"), f"/odoo/lot-alerts/{alert.id}"),
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _leads(self, signals):
        """Return {user: branches} of who is told about the reports of each branch."""
        leads = {}
        for branch in signals.company_id:
            own = signals.filtered(lambda signal, branch=branch: signal.company_id == branch)
            for user in self._leads_of(branch, own):
                leads[user] = leads.get(user, self.env["res.company"]) | branch
        return leads

    @api.model
    def _leads_of(self, branch, signals):
        """Return who may decide in ``branch``: the medical lead, else who treated, else its practitioners.

        Where nobody may, the managers are told, who may open the alert and find somebody.
        """
        if lead := branch._clinic_medical_lead():
            return lead
        decides, manages = "clinic.group_practitioner", "clinic.group_manager"
        return (
            branch._clinic_working(signals.procedure_ids.practitioner_id.user_id, decides)
            or branch._clinic_working(self.env.ref(decides).all_user_ids, decides)
            or branch._clinic_working(self.env.ref(manages).all_user_ids, manages)
        )

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _check_may_decide(self):
        if not self.env.user.has_group("clinic.group_practitioner"):
            raise AccessError(self.env._("The medical lead, or another practitioner, decides about a lot."))
        self.check_access("write")
        if any(alert.state != "open" for alert in self):
            raise UserError(self.env._("It was decided about this lot already."))

    def action_block(self):
        """Block the lot: nothing of it is used, delivered or brought to the treatment rooms any more."""
        self._check_may_decide()
        for alert in self:
            # As for a recall: who may decide, which was checked, has no rights in the stock app.
            lot = alert.lot_id.sudo()
            # Why it was blocked before stays.
            if not lot.clinic_blocked:
                lot.clinic_block(self.env._("Lot alert %s", alert.id))
        # Of a lot that was blocked before, too.
        self._decide({"state": "blocked"})
        return True

    def action_recall(self):
        """Open the recall of the lot, which blocks it and lists all on whom it was used."""
        self.ensure_one()
        self._check_may_decide()
        action = self.lot_id.action_clinic_recall()
        reason = self.env._("Problems after it were reported more than once: %s", self.display_name)
        return {**action, "context": {**action["context"], "default_reason": reason}}

    def action_dismiss(self):
        """Ask why the lot is not blocked."""
        self.ensure_one()
        self._check_may_decide()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Do Not Block"),
            "res_model": "clinic.lot.alert.dismiss",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_alert_id": self.id},
        }

    def action_view_signals(self):
        """Open the reports that this alert is about, as far as the user may read them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_signal.clinic_signal_action")
        return {**action, "domain": [("id", "in", self.signal_ids.ids)], "context": {}}

    def _decide(self, values):
        """Settle those of these alerts that are open."""
        undecided = self.sudo().filtered(lambda alert: alert.state == "open")
        decided = {"decided_at": fields.Datetime.now(), "decided_by_id": self.env.uid}
        undecided._clinic_writing().write({**values, **decided})
        undecided.activity_unlink(["mail.mail_activity_data_todo"])
