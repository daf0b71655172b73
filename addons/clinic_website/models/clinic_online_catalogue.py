from odoo import api, fields, models


class ClinicOnline(models.AbstractModel):
    """What the pages say of treatments: price, length, deposit."""

    _inherit = "clinic.online"

    @api.model
    def _prepare_groups(self, branch, practitioner=None):
        """Return [(group, [treatment as the page shows it])] of all that can be booked online in ``branch``.

        :param practitioner: only what can be booked with this one
        """
        treatments = self._treatments(branch)
        permitted, groups = self._permitted(branch, treatments), {}
        # Of the first moment that can be booked; asked for together, as the page is long.
        moment = self._window(branch)[0].replace(microsecond=0)
        treatments = treatments._clinic_ask_prices(branch, moment, self._patient().partner_id)
        for treatment in treatments:
            people = permitted.get(treatment.id)
            if people and (not practitioner or practitioner.id in people):
                groups.setdefault(treatment.categ_id.name, []).append(
                    self._prepare_treatment(branch, treatment, moment)
                )
        return list(groups.items())

    @api.model
    def _prepare_treatment(self, branch, treatment, moment):
        asked = self._deposit(branch, treatment, moment)
        price = self._price(branch, treatment, moment)
        return {
            "id": treatment.id,
            "name": treatment.name,
            "minutes": treatment.treatment_duration,
            "length": self._length_text(treatment.treatment_duration),
            "price": price,
            "price_text": branch.currency_id.format(price),
            "text": treatment.online_text,
            "deposit_text": asked and branch.currency_id.format(asked["deposit_amount"]),
        }

    @api.model
    def _price(self, branch, treatments, start=None):
        """Return what ``treatments`` cost the visitor, taxes included."""
        return treatments._clinic_quote(branch, self._patient(), start or fields.Datetime.now())

    @api.model
    def _deposit(self, branch, treatments, start):
        """Return the deposit that the visitor is asked for at ``start`` (naive UTC), as values of a visit; none: {}."""
        return self.env["clinic.visit"]._prepare_deposit(branch, self._patient(), treatments, start)

    @api.model
    def _length_text(self, minutes):
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.env._("%s min", rest)
        return (
            self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=rest) if rest else self.env._("%s h", hours)
        )

    @api.model
    def _minutes(self, treatments):
        """Return how long a visit with ``treatments``, one after the other, lasts."""
        last = self.env["clinic.availability"]._steps(list(treatments))[-1]
        return (last.offset + last.length) // 60

    @api.model
    def _prepare_choice(self, branch, treatments, practitioner):
        """Return what stands at the top of the steps: what was chosen so far."""
        names = treatments.mapped("name")
        return {
            "names": names,
            "who": practitioner.name or "",
            "length": self._length_text(self._minutes(treatments)),
            "price_text": branch.currency_id.format(self._price(branch, treatments)),
        }

    @api.model
    def _terms(self, branch, treatments, start):
        """Return what the visitor agrees to who books ``treatments`` online in ``branch``, besides a deposit.

        :param start: when the visit begins, naive UTC
        """
        hours = branch.clinic_cancel_cutoff
        usual = self.env._("Please cancel or move your visit no later than %g hours before it begins.", hours)
        return branch.clinic_online_policy or (usual if hours else "")
