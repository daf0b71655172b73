from odoo import api, fields, models

from ..exceptions import UnusualQuantity

# More than so many times what the protocol expects is more likely a whole vial in place of a dose, so small a part of
# it a comma in the wrong place.
MANY, FEW = 4, 0.1
# Who logs items; what the protocol says is for nobody else.
LOGGING = "clinic.group_cosmetologist,clinic.group_manager"


class ClinicConsumption(models.Model):
    """A quantity far off the protocol's kit is asked about once; above the protocol's limit it needs a reason.

    The server refuses it until the same quantity is confirmed: by ``is_confirmed`` and ``excess_reason``, or by
    ``clinic_confirmed`` in the context (see ``UnusualQuantity``).
    """

    _inherit = "clinic.consumption"

    excess_reason = fields.Char(
        string="Reason for the Quantity",
        copy=False,
        groups=LOGGING,
        help="Why more was used than the protocol allows.",
    )
    question = fields.Char(compute="_compute_question", groups=LOGGING)
    needs_reason = fields.Boolean(compute="_compute_question", groups=LOGGING)
    is_confirmed = fields.Boolean(
        string="This Quantity Is Right",
        compute="_compute_is_confirmed",
        readonly=False,
        groups=LOGGING,
        help="Asked for each quantity.",
    )

    @api.depends("procedure_id", "product_id", "quantity", "uom_id")
    def _compute_question(self):
        for line in self:
            asked = line._asked_about(line._entered_quantity()) if line.product_id and not line._origin else None
            line.question = asked and asked["question"]
            line.needs_reason = bool(asked and asked["needs_reason"])

    @api.depends("product_id", "quantity", "uom_id")
    def _compute_is_confirmed(self):
        # Another quantity is another question.
        self.is_confirmed = False

    @api.model_create_multi
    def create(self, vals_list):
        answers = self._confirmed_answers()
        prepared = [self._prepare_answered(vals, answers) for vals in vals_list]
        consumptions = super().create(prepared)
        confirmed = [vals.get("is_confirmed") is True for vals in vals_list]
        consumptions._check_usual(dict(zip(consumptions, confirmed, strict=True)), answers)
        return consumptions

    @api.model
    def _confirmed_answers(self):
        """Return the answers in the context, only what can be one."""
        answers = self.env.context.get("clinic_confirmed")
        items = answers.items() if isinstance(answers, dict) else ()
        return {str(key): answer for key, answer in items if isinstance(answer, dict)}

    @api.model
    def _prepare_answered(self, vals, answers):
        """Return the values to create a consumption with, whose quantity may have been asked about."""
        vals = {name: value for name, value in vals.items() if name != "is_confirmed"}
        reason = vals.get("excess_reason") or answers.get(str(vals.get("product_id")), {}).get("reason")
        return {**vals, "excess_reason": reason.strip()} if isinstance(reason, str) else vals

    def _check_usual(self, confirmed, answers):
        """Raise ``UnusualQuantity`` for a quantity that is asked about and has no answer.

        What was logged in one go is one quantity, from however many lots it was taken.

        :param confirmed: {consumption: whether its quantity was confirmed}
        :param answers: the answers in the context
        """
        for (_procedure, product), logged in self.grouped(lambda line: (line.procedure_id, line.product_id)).items():
            entered = sum(line._product_quantity() for line in logged)
            asked = logged[:1]._asked_about(0, entered)
            if not asked:
                continue
            is_sure = all(confirmed[line] for line in logged) or self._is_answer(answers, product, entered)
            # Who may log it may say why.
            if not is_sure or (asked["needs_reason"] and not all(line.sudo().excess_reason for line in logged)):
                neutral = self.env._("The quantity of an item is far off its protocol: confirm it, or correct it.")
                raise UnusualQuantity(asked["question"], neutral, product.id, entered, asked["needs_reason"])

    @api.model
    def _is_answer(self, answers, product, entered):
        """Return whether ``answers`` confirm this very quantity."""
        quantity = answers.get(str(product.id), {}).get("quantity")
        is_number = isinstance(quantity, int | float) and not isinstance(quantity, bool)
        return is_number and product.uom_id.compare(quantity, entered) == 0

    def _entered_quantity(self):
        """Return the quantity in the product's unit, 0 where there is none yet or the units do not match."""
        self.ensure_one()
        unit = self.product_id.uom_id
        return self._product_quantity() if self.uom_id and self.uom_id._has_common_reference(unit) else 0.0

    def _asked_about(self, added, entered=None):
        """Return {"question", "needs_reason"} about this item of this procedure, or None where nothing is asked.

        :param added: what is not logged yet, in the product's unit
        :param entered: what was entered at once and is logged already; by default ``added``
        """
        self.ensure_one()
        # Anyone who may log the item; it is the protocol that is read, and what this very procedure has used.
        procedure, product = self.procedure_id.sudo(), self.product_id.sudo()
        entered = added if entered is None else entered
        if not procedure.protocol_id or not entered:
            return None
        unit = product.uom_id
        item = procedure.item_ids.filtered(lambda item: item.product_id == product)[:1]
        doses = procedure.parameter_ids.protocol_parameter_id.filtered(
            lambda parameter: parameter.maximum and product in parameter.dose_product_ids
        )
        if not item and not doses:
            return None
        used = procedure._used_quantities()
        for dose in doses:
            total = dose._dose_of(used) + unit._compute_quantity(added, dose.dose_uom_id, round=False)
            if dose.dose_uom_id.compare(total, dose.maximum) > 0:
                return {"question": self._limit_question(dose, total), "needs_reason": True}
        if not item:
            return None
        expected = item.uom_id._compute_quantity(item.quantity, unit, round=False)
        total = used.get(product, 0) + added
        is_first = unit.compare(total, entered) == 0
        if unit.compare(total, MANY * expected) <= 0 and not (is_first and unit.compare(total, FEW * expected) <= 0):
            return None
        return {"question": self._kit_question(total, expected), "needs_reason": False}

    def _limit_question(self, dose, total):
        unit = dose.dose_uom_id
        return self.env._(
            "%(item)s: %(total)s %(unit)s in this treatment, where the protocol allows up to %(most)s %(unit)s. If "
            "that is right, say why.",
            item=self.product_id.name,
            total=f"{unit.round(total):.15g}",
            most=f"{unit.round(dose.maximum):.15g}",
            unit=unit.name,
        )

    def _kit_question(self, total, expected):
        unit = self.product_id.uom_id
        return self.env._(
            "%(item)s: %(total)s %(unit)s in this treatment, where the protocol expects %(expected)s %(unit)s. Is that "
            "right?",
            item=self.product_id.name,
            total=f"{unit.round(total):.15g}",
            expected=f"{unit.round(expected):.15g}",
            unit=unit.name,
        )
