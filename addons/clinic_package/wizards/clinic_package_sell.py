from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, float_compare, format_date
from odoo.tools.misc import clean_context

# So many days are proposed for the first session, each with its first free time, within so long.
PROPOSED = 4
AHEAD = timedelta(days=21)
MOST_SLOTS = 300


class ClinicPackageSell(models.TransientModel):
    """The sale of a package at the desk: what, for how much, paid how, and when the first session is."""

    _name = "clinic.package.sell"
    _description = "Sell Package"

    company_id = fields.Many2one("res.company", string="Branch", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    patient_id = fields.Many2one("clinic.patient", required=True, ondelete="cascade")
    patient_given = fields.Boolean(default=lambda self: bool(self.env.context.get("default_patient_id")))
    package_id = fields.Many2one(
        "product.template", required=True, domain=[("is_package", "=", True)], context={"display_default_code": False}
    )
    price_unit = fields.Float(
        string="Price", digits="Product Price", compute="_compute_price_unit", store=True, readonly=False
    )
    list_price = fields.Float(compute="_compute_price_unit", store=True, digits="Product Price")
    buyer_id = fields.Many2one("res.partner", string="Gift From", help="Who pays for it, if not the patient.")
    payment_term_id = fields.Many2one("account.payment.term", string="Payment")
    visit_id = fields.Many2one("clinic.visit", ondelete="cascade")
    upgrade_of_id = fields.Many2one("clinic.course", ondelete="cascade")
    amount_total = fields.Monetary(compute="_compute_amounts", string="To Pay")
    amount_session = fields.Monetary(compute="_compute_amounts", string="Each Session")
    amount_saved = fields.Monetary(compute="_compute_amounts", string="Saved", help="Compared with single sessions.")
    amount_credit = fields.Monetary(compute="_compute_amounts", string="Credited")
    terms = fields.Char(compute="_compute_terms")
    instalments = fields.Char(compute="_compute_instalments")
    treatment_id = fields.Many2one(
        "product.template", string="First Session", compute="_compute_treatment_id", store=True, readonly=False
    )
    treatment_choice_ids = fields.Many2many("product.template", compute="_compute_treatment_choice_ids")
    practitioner_id = fields.Many2one("clinic.practitioner")
    start = fields.Datetime(string="When", help="Empty: the first session is booked later.")
    sold_course_id = fields.Many2one("clinic.course", readonly=True, help="What this dialog has sold: it sells once.")
    next_times = fields.Json(compute="_compute_next_times")

    @api.depends("package_id", "company_id", "patient_id")
    def _compute_price_unit(self):
        for sale in self:
            sale.price_unit = sale.list_price = sale._listed_price()

    def _listed_price(self):
        """Return what the package costs this patient in this branch."""
        self.ensure_one()
        return self.package_id._clinic_price(self.company_id, None, self.patient_id._origin) if self.package_id else 0.0

    @api.depends("package_id", "price_unit", "patient_id", "buyer_id", "company_id", "upgrade_of_id")
    def _compute_amounts(self):
        for sale in self:
            total = sale._quote()
            package = sale.package_id
            alone = sum(
                line.count * line._single_price(sale.company_id, sale.patient_id._origin)
                for line in package.package_line_ids
            )
            sale.amount_credit = sale._credit()
            sale.amount_total = max(total - sale.amount_credit, 0.0)
            sale.amount_session = total / package.package_count if package.package_count else 0.0
            sale.amount_saved = max(alone - sale.price_unit, 0.0)

    def _quote(self):
        """Return what the invoice will amount to, taxes included."""
        self.ensure_one()
        if not (self.package_id and self.patient_id):
            return 0.0
        course = self.env["clinic.course"].new(self._prepare_course())
        return course._quoted_total()

    def _credit(self):
        """Return what is credited of the course that is upgraded: the price of its sessions that are left."""
        self.ensure_one()
        course = self.upgrade_of_id._origin
        return course._upgrade_credit() if course else 0.0

    @api.depends("package_id")
    @api.depends_context("lang")
    def _compute_terms(self):
        for sale in self:
            sale.terms = " · ".join(sale._terms()) if sale.package_id else False

    def _terms(self):
        """Return the terms of the package in words."""
        package = self.package_id
        terms = [
            f"{line.count} × {line.treatment_id.name or self.env._('any %s', line.category_id.name)}"
            for line in package.package_line_ids
        ]
        if package.package_months:
            terms.append(self.env._("valid for %s months", package.package_months))
        if package.package_transferable:
            terms.append(self.env._("can be transferred"))
        return terms

    @api.depends("payment_term_id", "amount_total", "company_id")
    def _compute_instalments(self):
        for sale in self:
            sale.instalments = sale._instalments_text() if sale.payment_term_id and sale.amount_total else False

    def _instalments_text(self):
        """Return what is due when, in words."""
        today, currency = self.company_id._clinic_today(), self.currency_id
        parts = self.payment_term_id._compute_terms(
            date_ref=today,
            currency=currency,
            company=self.company_id,
            tax_amount=0.0,
            tax_amount_currency=0.0,
            sign=1,
            untaxed_amount=self.amount_total,
            untaxed_amount_currency=self.amount_total,
        )
        return " · ".join(
            f"{format_date(self.env, line['date'])}: {currency.format(line['foreign_amount'])}"
            for line in parts["line_ids"]
        )

    @api.depends("package_id")
    def _compute_treatment_choice_ids(self):
        treatments = self.env["product.template"]
        for sale in self:
            lines = sale.package_id.package_line_ids
            of_category = treatments
            if lines.category_id:
                of_category = treatments.search(
                    [("is_treatment", "=", True), ("categ_id", "child_of", lines.category_id.ids)]
                )
            sale.treatment_choice_ids = lines.treatment_id | of_category

    @api.depends("package_id")
    def _compute_treatment_id(self):
        for sale in self:
            sale.treatment_id = sale.package_id.package_line_ids.treatment_id[:1] or sale.treatment_choice_ids[:1]

    @api.depends("treatment_id", "practitioner_id", "company_id", "patient_id")
    def _compute_next_times(self):
        for sale in self:
            sale.next_times = sale._propose_times() if sale.treatment_id and not sale.visit_id else []

    def _propose_times(self):
        """Return the next free times of the first session, as ``clinic_next_times`` shows them."""
        now = fields.Datetime.now()
        availability = self.env["clinic.availability"].with_company(self.company_id)
        try:
            slots = availability.find_slots(
                self.treatment_id._origin,
                now,
                now + AHEAD,
                self.practitioner_id._origin or None,
                limit=MOST_SLOTS,
                patient=self.patient_id._origin or None,
            )
        except UserError:
            # Nobody can perform it for the time being: it is sold all the same, and booked later.
            return []
        first = {}
        for slot in slots:
            first.setdefault(self.company_id._clinic_local(slot["start"]).date(), slot)
        slots = list(first.values())[:PROPOSED]
        names = {p.id: p.name for p in self.env["clinic.practitioner"].browse([s["practitioner_id"] for s in slots])}
        return [
            {
                "start": fields.Datetime.to_string(slot["start"]),
                "practitioner_id": slot["practitioner_id"],
                "name": names.get(slot["practitioner_id"], ""),
            }
            for slot in slots
        ]

    # -- selling ------------------------------------------------------------------------------------------------------

    def action_sell(self):
        """Sell the package: its invoice is posted, the first session booked, and the course is there.

        :raises AccessError: for anyone but reception
        :raises UserError: when it cannot be sold, or for less than the user may give
        """
        course = self._sell()
        return {
            "type": "ir.actions.client",
            "tag": "clinic_visit.notice",
            "params": {
                "type": "success",
                "title": self.env._(
                    "%(package)s sold to %(patient)s", package=course.package_name, patient=course.patient_id.name
                ),
                "message": self._sold_text(course),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_sell_and_pay(self):
        """Sell the package and open the payment of its first instalment."""
        course = self._sell()
        if course.state == "draft" or course.amount_due <= 0:
            return {"type": "ir.actions.act_window_close"}
        return course.action_pay()

    def _sell(self):
        """Make the course, its invoice and the first visit; return the course. All of it or nothing, and once."""
        self.ensure_one()
        self._wait_for_other_sale()
        if self.sold_course_id:
            return self.sold_course_id
        self._check_sale()
        # The right to sell was checked; courses are made by nothing else.
        courses = self.env["clinic.course"].sudo().with_company(self.company_id)
        course = courses.create(self._prepare_course(visit_id=self.visit_id.id)).with_env(self.env)
        if not self.visit_id:
            self._invoice(course)
        if self.upgrade_of_id:
            self.upgrade_of_id._upgrade_to(course)
        if self.start and not self.visit_id:
            self.env["clinic.visit"].with_company(self.company_id).book(
                self.patient_id, self.treatment_id, self.start, self.practitioner_id or None
            )
        self._clinic_writing().sold_course_id = course
        return course

    def _wait_for_other_sale(self):
        """Let the first click of a double click finish: its transaction makes this one run again, and find the sale."""
        query = SQL("UPDATE clinic_package_sell SET write_date = write_date WHERE id = %s RETURNING id", self.id)
        self.env.execute_query(query)

    def _prepare_course(self, **values):
        """Return the values of the course that is sold."""
        return self.env["clinic.course"]._prepare_course(
            self.package_id._origin,
            self.patient_id._origin,
            self.company_id._origin or self.company_id,
            price_unit=self.price_unit,
            payment_term_id=self.payment_term_id.id,
            # Of a patient the contact is no secret of who sells.
            buyer_id=(self.buyer_id or self.patient_id.sudo().partner_id).id,
            **values,
        )

    def _check_sale(self):
        if not (self.env.su or self.env.user.has_group("clinic.group_reception")):
            raise AccessError(self.env._("Packages are sold by reception."))
        self.patient_id.check_access("read")
        self.package_id._check_sellable_package()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("You do not work in %s.", self.company_id.name))
        self._check_price()
        if self.upgrade_of_id:
            self._check_upgrade()
        if self.visit_id:
            self._check_visit()

    def _check_price(self):
        """Raise ``UserError`` when the package is sold for less than the user may give away, or below zero."""
        if self.price_unit < 0:
            raise UserError(self.env._("A price cannot be below zero."))
        listed = self._listed_price()
        if not listed:
            return
        percent = 100 * (1 - self.price_unit / listed)
        limit = self.env.user._clinic_discount_limit(self.company_id)
        if float_compare(percent, limit, 2) > 0:
            raise UserError(
                self.env._(
                    "%(package)s would be sold for %(percent)s %% less than its price; you may give %(limit)s %%. Ask "
                    "a manager to sell it.",
                    package=self.package_id.name,
                    percent=f"{percent:.2f}",
                    limit=f"{limit:g}",
                )
            )

    def _check_visit(self):
        """Raise ``UserError`` unless the checkout of the visit is still to come and is this patient's."""
        if self.visit_id.patient_id != self.patient_id or self.visit_id.company_id != self.company_id:
            raise UserError(self.env._("The visit is of another patient or branch."))
        self.visit_id.check_access("write")
        self.visit_id._check_not_charged()
        if self.buyer_id or self.payment_term_id:
            raise UserError(
                self.env._("A gift, or instalments, have an invoice of their own: sell them from the patient.")
            )

    def _check_upgrade(self):
        """Raise ``UserError`` unless the new package costs at least what is credited."""
        course = self.upgrade_of_id
        course.check_access("read")
        if self.visit_id:
            raise UserError(
                self.env._("An upgrade has an invoice of its own. Sell it from the course, not at a visit.")
            )
        if course.patient_id != self.patient_id or course.company_id != self.company_id:
            raise UserError(self.env._("The package that is upgraded is of another patient or branch."))
        if self.currency_id.compare_amounts(self._quote(), course._upgrade_credit()) < 0:
            raise UserError(
                self.env._("An upgrade costs at least what is credited. For a smaller package ask for a refund.")
            )

    def _invoice(self, course):
        """Make and post the invoice of ``course``."""
        env = self.env(context=clean_context(self.env.context))
        # The right to sell was checked.
        moves = env["account.move"].sudo()._clinic_writing().with_company(self.company_id)
        line = self.company_id._clinic_on_documents(fields.Command.create(course.sudo()._prepare_invoice_line()))
        move = moves.create(
            {
                "move_type": "out_invoice",
                "company_id": self.company_id.id,
                "partner_id": course.sudo().buyer_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.company_id._clinic_today(),
                "invoice_origin": course.name,
                "invoice_user_id": self.env.uid,
                "invoice_payment_term_id": self.payment_term_id.id,
                "invoice_line_ids": [line],
            }
        )
        move.action_post()
        return move

    def _sold_text(self, course):
        """Return what was sold and booked, in words."""
        if self.visit_id:
            return self.env._("It is charged when the visit is checked out.")
        parts = [self.env._("Invoiced: %s", self.currency_id.format(course.amount_total))]
        if self.start:
            moment = self.company_id._clinic_moment_text(self.start)
            parts.append(self.env._("first session on %s", moment))
        return ", ".join(parts)
