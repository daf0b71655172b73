from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..allocation import allocate

# Sessions of these states are still the patient's.
LEFT = ("draft", "open")
USED = ("redeemed", "missed")


class ClinicCourse(models.Model):
    """What one patient bought: a package on the terms of its sale, with its sessions.

    It is made by the sale and lives by what happens to its sessions; what was agreed at the sale is copied, so that a
    later change of the package changes nothing of it.
    """

    _name = "clinic.course"
    _description = "Course"
    _inherit = ["clinic.of.patient.mixin", "clinic.confidential.mixin"]
    _order = "id desc"
    _clinic_logs_lists = False

    name = fields.Char(string="Number", required=True, readonly=True, copy=False)
    patient_id = fields.Many2one("clinic.patient", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    buyer_id = fields.Many2one(
        "res.partner",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Who gets the invoice; of a gift, the giver.",
    )
    is_gift = fields.Boolean(compute="_compute_is_gift", string="Gift")
    package_id = fields.Many2one("product.template", required=True, readonly=True, ondelete="restrict", index=True)
    package_name = fields.Char(required=True, readonly=True, string="Package")
    visit_id = fields.Many2one(
        "clinic.visit", readonly=True, ondelete="restrict", index="btree_not_null", help="Sold at its checkout."
    )
    seller_id = fields.Many2one("clinic.practitioner", string="Sold By", readonly=True, ondelete="restrict")
    sold_on = fields.Date(readonly=True)
    valid_to = fields.Date(string="Valid Until", readonly=True, help="The last day; empty: no end date.")
    price_unit = fields.Float(string="Price", digits="Product Price", readonly=True, help="As the taxes say.")
    payment_term_id = fields.Many2one("account.payment.term", readonly=True, ondelete="restrict")
    invoice_line_id = fields.Many2one(
        "account.move.line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="account.group_account_invoice",
    )
    transferable = fields.Boolean(readonly=True)
    beyond_paid = fields.Boolean(readonly=True, string="Before They Are Paid")
    missed_counts = fields.Boolean(readonly=True, string="A No-Show Uses One")
    practitioner_ids = fields.Many2many(
        "clinic.practitioner",
        "clinic_course_practitioner_rel",
        "course_id",
        "practitioner_id",
        readonly=True,
        string="Performed By",
    )
    rule_ids = fields.Many2many(
        "clinic.refund.rule", "clinic_course_refund_rule_rel", "course_id", "rule_id", readonly=True
    )
    source_id = fields.Many2one(
        "clinic.course", readonly=True, ondelete="restrict", help="From whose course these sessions were transferred."
    )
    state = fields.Selection(
        [("draft", "To sell"), ("open", "Under way"), ("ended", "Ended")], required=True, readonly=True, default="draft"
    )
    session_ids = fields.One2many("clinic.session", "course_id", readonly=True)
    session_count = fields.Integer(readonly=True, string="Sessions")
    used_count = fields.Integer(readonly=True, string="Used")
    left_count = fields.Integer(readonly=True, string="Left")
    last_on = fields.Date(readonly=True, string="Last Session")
    last_treatment_id = fields.Many2one("product.template", readonly=True, ondelete="restrict")
    event_ids = fields.One2many("clinic.session.event", compute="_compute_event_ids", string="History")
    refund_ids = fields.One2many("clinic.refund", "course_id", groups="clinic.group_reception")

    @api.depends("buyer_id", "patient_id")
    def _compute_is_gift(self):
        # Whether somebody else paid says nothing of that one.
        courses = self.sudo()
        # What a patient bought before being merged into this one was no gift.
        patients = courses.patient_id.with_context(active_test=False)
        patients |= patients.search([("merged_into_id", "in", patients.ids)])
        own = {(patient.merged_into_id or patient, patient.partner_id) for patient in patients}
        for course in self:
            course.is_gift = (course.sudo().patient_id, course.sudo().buyer_id) not in own

    @api.depends("package_name", "name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        # Journal items lead to it: who does not work with patients reads a number, nothing of a treatment.
        is_staff = self.env.user.has_group("clinic.group_staff")
        for course in self:
            course.display_name = f"{course.package_name} ({course.name})" if is_staff else course.name

    @api.depends("session_ids.event_ids")
    def _compute_event_ids(self):
        for course in self:
            course.event_ids = course.session_ids.event_ids.sorted("id", reverse=True)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Who may sell gives it a number.
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("clinic.course")
        courses = super().create(vals_list)
        self.env["clinic.session"].create([row for course in courses for row in course._prepare_sessions()])
        courses._count_sessions()
        self.env["clinic.procedure"]._forget_session_uses()
        return courses

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A course is not deleted: it is refunded, or its invoice is credited."))

    # -- the sale -----------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_course(self, package, patient, branch, **values):
        """Return the values of a course of ``package`` for ``patient``, on the package's terms of today."""
        return {
            "patient_id": patient.id,
            "company_id": branch.id,
            "buyer_id": patient.sudo().partner_id.id,
            "package_id": package.id,
            "package_name": package.with_context(lang=patient.lang).name,
            "price_unit": package._clinic_price(branch, None, patient),
            "transferable": package.package_transferable,
            "beyond_paid": package.package_beyond_paid,
            "missed_counts": package.package_missed_counts,
            "practitioner_ids": [fields.Command.set(package.package_practitioner_ids.ids)],
            "rule_ids": [fields.Command.set(package.package_rule_ids.ids)],
            "seller_id": self._seller().id,
            **values,
        }

    @api.model
    def _seller(self):
        """Return the practitioner that the user is, if any: who sells."""
        # Of one's own.
        return self.env["clinic.practitioner"].sudo().search([("user_id", "=", self.env.uid)], limit=1)

    def _prepare_sessions(self):
        """Return the values of the sessions of this course, with their list prices of today."""
        self.ensure_one()
        rows, branch, partner = [], self.company_id, self.buyer_id
        for line in self.package_id.package_line_ids:
            price = line._single_price(branch, self.patient_id)
            product = (line.treatment_id or self.package_id).product_variant_id
            taxes = branch.sudo()._clinic_taxes(product.sudo(), partner)
            alone = {"product_id": product.id, "price_unit": price, "tax_ids": [fields.Command.set(taxes.ids)]}
            total = branch._clinic_total([alone], partner)
            for _number in range(line.count):
                rows.append(
                    {
                        "course_id": self.id,
                        "company_id": branch.id,
                        "number": len(rows) + 1,
                        "line_id": line.id,
                        "treatment_id": line.treatment_id.id,
                        "category_id": line.category_id.id,
                        "list_value": total["total_excluded"],
                        "list_total": total["total_included"],
                    }
                )
        return rows

    def _prepare_invoice_line(self):
        """Return the values of the invoice line that sells this course."""
        self.ensure_one()
        product = self.package_id.product_variant_id
        taxes = self.env["account.tax"]
        if self.company_id.clinic_package_tax == "sale":
            taxes = self.company_id._clinic_taxes(product, self.buyer_id)
        return {
            "product_id": product.id,
            "name": self.package_id.with_context(lang=self.patient_id.lang)._document_name(),
            "quantity": 1.0,
            "price_unit": self.price_unit,
            "tax_ids": [fields.Command.set(taxes.ids)],
            "clinic_course_id": self.id,
        }

    def _sold(self, line):
        """Begin this course by the posted invoice ``line``: its sessions have their values and can be used.

        Called with all rights. The values are shares of what the line credits to deferred revenue, in proportion to
        the list prices; the last one takes the rounding.
        """
        self.ensure_one()
        branch, sessions = self.company_id, self.session_ids.sorted("number")
        rounding = branch.currency_id.rounding
        weights = sessions.mapped("list_total")
        values = branch._clinic_spread(-line.balance, weights, rounding)
        totals = branch._clinic_spread(line.price_total, weights, rounding)
        day = line.move_id.date
        untaxed = branch.clinic_package_tax == "session" and not line.tax_ids
        valid_to = (
            day + relativedelta(months=self.package_id.package_months) if self.package_id.package_months else None
        )
        for session, value, total in zip(sessions, values, totals, strict=True):
            session.write({"value": value, "total": total, "valid_to": valid_to, "is_untaxed": untaxed})
        self.write({"sold_on": day, "valid_to": valid_to, "invoice_line_id": line.id})
        sessions._record("sold", move_id=line.move_id.id, date=day)
        self._redeem_waiting()

    def _unsell(self):
        """Take this course back with its invoice, of which nothing has been used."""
        for course in self:
            course._check_untouched()
            course.session_ids._lock()
            # From the day of the sale on: the books forget it as well.
            course.session_ids._record("unsold", move_id=course.invoice_line_id.move_id.id, date=course.sold_on)

    def _taken_back(self, line):
        """End this course by a credit note ``line`` that takes the whole of it back, made in the books by hand.

        :raises UserError: when it takes back a part, or sessions were used: what then is right is said by a refund
        """
        self._check_untouched()
        sold = self.invoice_line_id
        if self.currency_id.compare_amounts(line.price_total, sold.price_total):
            raise UserError(
                self.env._(
                    "A credit note takes back course %s as a whole or not at all. For a part of it ask for a refund on "
                    "the course.",
                    self.name,
                )
            )
        self.session_ids._lock()
        self.session_ids._record("refunded", move_id=line.move_id.id, date=line.move_id.date)

    def _check_untouched(self):
        """Raise ``UserError`` when anything has happened to these sessions since they were sold."""
        for course in self:
            if course.session_ids.filtered(lambda session: session.state != "open"):
                raise UserError(
                    self.env._(
                        "Sessions of course %s have been used, refunded or transferred, so its invoice stays as it is. "
                        "Refund what is left with “Refund…” on the course.",
                        course.name,
                    )
                )

    def _redeem_waiting(self):
        """Use sessions of this course for what was performed in the visit at whose checkout it was sold.

        They are paid at this moment, by that checkout, which did not charge what they are for.
        """
        done = self.visit_id.procedure_ids.filtered(lambda p: p.state == "done" and not p.is_session_declined)
        if not done:
            return
        sessions = self.env["clinic.session"]
        used = sessions.search([("procedure_id", "in", done.ids)]).procedure_id
        # What the checkout has charged is paid for.
        used |= self.invoice_line_id.move_id.invoice_line_ids.clinic_procedure_id
        condition = SQL("course.id = %s AND session.state = 'open'", self.id)
        found = allocate(sessions._load_facts(condition), (done - used)._own_use_facts())
        if found:
            uses = {sessions.browse(session_id): done.browse(use_id) for use_id, session_id in found.items()}
            sessions._use("redeemed", uses, paid=False)
            (done - used)._forget_choice()

    # -- what follows from the ledger ---------------------------------------------------------------------------------

    def _count_sessions(self):
        """Bring what this course says of its sessions up to date."""
        for course in self:
            states = course.session_ids.mapped("state")
            left = sum(state in LEFT for state in states)
            last = course._last_procedure()
            sold = any(state != "draft" for state in states)
            course._clinic_writing().write(
                {
                    "session_count": len(states),
                    "used_count": sum(state in USED for state in states),
                    "left_count": left,
                    "last_on": last._local_day() if last else False,
                    "last_treatment_id": last.treatment_id.id,
                    "state": "draft" if not sold else "open" if left else "ended",
                }
            )

    def action_take_off(self):
        """Take this package off the visit at whose checkout it was to be sold."""
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("clinic.group_reception")):
            raise AccessError(self.env._("Packages are sold by reception."))
        self.check_access("read")
        visit = self.visit_id
        if self.state != "draft" or not visit:
            raise UserError(self.env._("%s has been sold: ask for a refund.", self.display_name))
        visit.check_access("write")
        visit._check_not_charged()
        # The right was checked; courses are written by nobody else.
        self.sudo()._clinic_writing().write({"visit_id": False, "state": "ended"})
        self.env["clinic.procedure"]._forget_session_uses()
        return True

    # -- steps --------------------------------------------------------------------------------------------------------

    def _open_step(self, model, name, **context):
        """Return the action that opens the dialog ``model`` for this course."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_course_id": self.id, **context},
        }

    def action_book_rest(self):
        """Open the dialog that proposes dates for all sessions that are left, at the recommended interval."""
        self.ensure_one()
        sessions = self.session_ids.filtered(lambda session: session.state == "open").sorted("number")
        if not sessions:
            raise UserError(self.env._("No session of %s is left to book.", self.display_name))
        treatment = sessions[0].treatment_id or self._last_procedure().treatment_id
        open_ones = sessions.filtered(lambda session: not session.treatment_id or session.treatment_id == treatment)
        count = len(open_ones) - len(self._planned())
        if count < 1:
            raise UserError(self.env._("All sessions of %s are booked.", self.display_name))
        today = self.company_id._clinic_today()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_series")
        planned = self._planned().sorted("start")
        interval = self.env["clinic.series.planner"]._interval(treatment, None)
        first = planned[-1:]._local_day() + relativedelta(days=interval) if planned else self.next_date or today
        last = self._last_procedure()
        context = {
            "default_company_id": self.company_id.id,
            "default_patient_id": self.patient_id.id,
            "default_treatment_id": treatment.id,
            "default_practitioner_id": last.practitioner_id.filtered("active").id,
            "default_count": count,
            "default_first_day": fields.Date.to_string(max(first, today)),
        }
        return {**action, "context": context}

    def action_book_next(self):
        """Open the booking dialog for the next session of this course."""
        self.ensure_one()
        treatment = self._next_treatment()
        if treatment is None:
            raise UserError(self.env._("No session of %s is left to book.", self.display_name))
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.action_visit_book")
        context = {
            "default_company_id": self.company_id.id,
            "default_patient_id": self.patient_id.id,
            "default_treatment_ids": treatment.ids,
            "default_practitioner_id": self._last_procedure().practitioner_id.filtered("active").id,
        }
        return {**action, "context": context}

    def _next_treatment(self):
        """Return the treatment of the next session, an empty one if it is open to choose, None without a session."""
        self.ensure_one()
        session = self.session_ids.filtered(lambda session: session.state == "open").sorted("number")[:1]
        return session.treatment_id or self._last_procedure().treatment_id if session else None

    def action_refund(self):
        """Open the calculator: what each rule gives back, line by line."""
        return self._open_step("clinic.refund.ask", self.env._("Refund of %s", self.package_name))

    def action_extend(self):
        """Open the dialog that lets the sessions be used longer."""
        return self._open_step("clinic.session.step", self.env._("Extend %s", self.package_name), default_kind="extend")

    def action_transfer(self):
        """Open the dialog that gives the sessions that are left to another patient."""
        return self._open_step(
            "clinic.session.step", self.env._("Transfer %s", self.package_name), default_kind="transfer"
        )

    def action_give_back(self):
        """Open the dialog that gives a used session back."""
        return self._open_step("clinic.session.step", self.env._("Give a Session Back"), default_kind="give_back")

    def action_upgrade(self):
        """Open the sale of a larger package, to which what was paid for the sessions that are left is credited."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Upgrade %s", self.package_name),
            "res_model": "clinic.package.sell",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_upgrade_of_id": self.id,
                "default_patient_id": self.patient_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    def action_statement(self):
        """Open the statement of this course on a day."""
        self.ensure_one()
        self.check_access("read")
        # Saved already, so that the day is not being edited while it is read.
        statement = self.env["clinic.course.statement"].create({"course_id": self.id})
        action = self._open_step("clinic.course.statement", self.env._("Statement of %s", self.package_name))
        return {**action, "res_id": statement.id}

    def action_pay(self):
        """Open Odoo's own payment of what is due of this course's invoice."""
        self.ensure_one()
        self.check_access("read")
        invoice = self._invoice()
        if not invoice or invoice._clinic_amount_due() <= 0:
            raise UserError(self.env._("Nothing is to be paid for %s.", self.display_name))
        action = invoice.action_register_payment()
        return {**action, "context": {**action.get("context", {}), "dont_redirect_to_payments": True}}

    def action_view_invoice(self):
        """Open the invoice by which this course was sold."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self._invoice().id,
            "views": [[False, "form"]],
            "context": {"default_move_type": "out_invoice"},
        }
