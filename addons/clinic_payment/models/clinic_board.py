from odoo import api, models


class ClinicBoard(models.AbstractModel):
    """Whether a visit waits for its deposit; how much it is for those who may read invoices."""

    _inherit = "clinic.board"

    @api.model
    def _card_columns(self, query):
        columns = super()._card_columns(query)
        names = ("deposit_state", "deposit_amount", "deposit_paid")
        return {**columns, **{name: self._path_to_sql(f"visit_id.{name}", query) for name in names}}

    @api.model
    def _prepare_flags(self, cards):
        flags = super()._prepare_flags(cards)
        known = {card["visit_id"]: card for card in cards if card["visit_state"] in ("held", "booked", "arrived")}
        for visit_id, card in known.items():
            if flag := self._prepare_deposit_flag(card):
                flags[visit_id].append(flag)
        return flags

    @api.model
    def _prepare_deposit_flag(self, card):
        """Return the flag that says what is known of the deposit of ``card``, or None."""
        if card["deposit_state"] == "paid":
            return {"kind": "deposit_paid", "icon": "fa-lock", "label": self.env._("Deposit paid")}
        if card["deposit_state"] == "waived":
            return {"kind": "deposit_waived", "icon": "fa-unlock", "label": self.env._("Deposit waived")}
        if card["deposit_state"] != "due":
            return None
        label = self.env._("Deposit due")
        if self.env["account.move"].has_access("read"):
            due = self.env.company.currency_id.format(card["deposit_amount"] - (card["deposit_paid"] or 0.0))
            label = self.env._("Deposit due: %s", due)
        return {"kind": "deposit_due", "icon": "fa-credit-card", "label": label}

    @api.model
    def _prepare_steps(self, card):
        """What waits for its deposit is not confirmed."""
        steps = super()._prepare_steps(card)
        if card["deposit_state"] == "due":
            steps = [step for step in steps if step != "confirm"]
        return steps
