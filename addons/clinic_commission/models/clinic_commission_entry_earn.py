from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.clinic.money import next_part


class ClinicCommissionEntry(models.Model):
    """The one home of earning and of taking back, whatever it is earned with.

    An addon describes what happened by ``Occasion`` rows and calls ``_earn``; when less of it is left, it calls
    ``_take_back`` with the same key. Both are called with all rights: who sells or performs does not see the rules.
    """

    _inherit = "clinic.commission.entry"

    # -- earning ------------------------------------------------------------------------------------------------------

    @api.model
    def _earn(self, occasions):
        """Write what everybody earns with each of ``occasions``; nothing for one whose commissions still count.

        :return: the new entries, one a person and role
        """
        known = self._origins_of([occasion.key for occasion in occasions])
        live, postings = set(known._live().mapped("origin_key")), defaultdict(int)
        for entry in known:
            postings[entry.origin_key] = max(postings[entry.origin_key], entry.posting)
        prepared = [
            {**vals, "posting": postings[occasion.key] + 1}
            for occasion in occasions
            if occasion.key not in live
            for vals in self._prepare_earned(occasion)
        ]
        return self.create(prepared)

    @api.model
    def _origins_of(self, keys):
        """Return what was earned with the occasions named ``keys``, whether or not it still counts."""
        # With both conditions the unique index of the keys finds them among millions.
        return self.search([("origin_key", "in", keys), ("origin_id", "=", False), ("reverses_id", "=", False)])

    @api.model
    def _prepare_earned(self, occasion):
        """Return the values of the entries of ``occasion``: who earns how much by which rule."""
        rules, prepared = self.env["clinic.commission.rule"], []
        for role, people in occasion.people.items():
            groups = defaultdict(list)
            for practitioner, share in people:
                groups[rules._match_occasion(occasion, role, practitioner)].append((practitioner, share))
            for rule, group in groups.items():
                if rule:
                    prepared += self._prepare_shared(occasion, role, rule, group)
        return prepared

    @api.model
    def _prepare_shared(self, occasion, role, rule, group):
        """Return the values of the entries of those who share what ``rule`` gives; the shares add up to it."""
        base, amount, terms = rule._earned_with(occasion)
        rounding, reached, prepared = occasion.branch.currency_id.rounding, 0.0, []
        taken_base = taken = 0.0
        waits = occasion.branch.clinic_commission_earned == "received" and bool(occasion.move or occasion.payer)
        for practitioner, share in group:
            reached += share
            own_base = next_part(base, reached, 100, taken_base, rounding)
            own = next_part(amount, reached, 100, taken, rounding)
            taken_base, taken = taken_base + own_base, taken + own
            if own_base or own:
                prepared.append(
                    {
                        **self._prepare_origin(occasion, role, rule),
                        "practitioner_id": practitioner.id,
                        "base_amount": 0.0 if waits else own_base,
                        "amount": 0.0 if waits else own,
                        "full_base": own_base,
                        "full_amount": own,
                        "terms": {**terms, "share": share, "waits": waits},
                    }
                )
        return prepared

    @api.model
    def _prepare_origin(self, occasion, role, rule):
        """Return what all entries of ``occasion`` by ``rule`` have in common."""
        return {
            "date": occasion.day,
            "kind": "earned",
            "role": role,
            "rule_id": rule.id,
            "tiered": bool(rule.tiers),
            "move_id": occasion.move.id if occasion.move else False,
            "procedure_id": occasion.procedure.id if occasion.procedure else False,
            "product_id": occasion.product.id if occasion.product else False,
            "company_id": occasion.branch.id,
            "origin_key": occasion.key,
        }

    @api.model
    def _occasions_between(self, branches, first, last):
        """Return the occasions of ``branches`` from the day ``first`` to ``last``, for a report; addons add theirs."""
        moves = self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("company_id", "in", branches.ids),
                ("invoice_date", ">=", first),
                ("invoice_date", "<=", last),
            ]
        )
        return moves._commission_occasions(left=True)

    # -- taking back --------------------------------------------------------------------------------------------------

    @api.model
    def _take_back(self, key, left, whole, day, move=None, why="returned"):
        """Write what is to change now that ``left`` of ``whole`` remains of the occasion named ``key``.

        Everything that was earned with it is brought to that part, in however many steps: with nothing left, to
        exactly nothing. With more left than before it is given back.

        :param why: "returned", "credited", "lost" or "paid", for the words on the statement
        :return: the new entries
        """
        origins = self._origins_of([key])._live()
        return origins._settle({origin: (left, whole) for origin in origins}, day, move, why)

    def _settle(self, reached, day, move=None, why="returned"):
        """Bring what these entries have earned to ``reached``: {entry: (part, whole)}; return the new entries."""
        sums = self._read_group(
            [("origin_id", "in", self.ids)], ["origin_id"], ["base_amount:sum", "amount:sum", "__count"]
        )
        sums = {origin: numbers for origin, *numbers in sums}
        prepared = []
        for entry in self:
            part, whole = reached[entry]
            base, amount, count = sums.get(entry, (0.0, 0.0, 0))
            rounding = entry.company_id.currency_id.rounding
            base = next_part(entry.full_base, part, whole, entry.base_amount + base, rounding)
            amount = next_part(entry.full_amount, part, whole, entry.amount + amount, rounding)
            if base or amount:
                prepared.append(
                    {
                        **entry._prepare_link(),
                        "date": day,
                        "kind": "part",
                        "move_id": move.id if move else entry.move_id.id,
                        "base_amount": base,
                        "amount": amount,
                        "terms": {
                            "why": "lost" if why == "paid" and amount < 0 else why,
                            "percent": entry._percent_of_full(amount),
                        },
                        "posting": count + 1,
                        "origin_id": entry.id,
                    }
                )
        if prepared:
            self._wait_for_other_parts()
        return self.create(prepared)

    def _part_left(self):
        """Return how much credit notes have left of what this was earned with, 0 to 1; addons know other documents."""
        self.ensure_one()
        left, whole = self.move_id._commission_left(self) if self.move_id else (1.0, 1.0)
        return left / whole if whole else 1.0

    def _percent_of_full(self, amount):
        """Return how many percent of what this entry comes to in full ``amount`` is, for the words."""
        self.ensure_one()
        return round(100 * abs(amount / self.full_amount), 2) if self.full_amount else 0.0

    def _wait_for_other_parts(self):
        """Let another transaction that changes what these earned finish first.

        It changes their rows, so this one then fails to serialize and Odoo runs it again, when it sees those parts.
        """
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE clinic_commission_entry SET write_date = write_date WHERE id = ANY(%s) RETURNING id",
                sorted(self.ids),
            )
        )

    @api.model
    def _reverse(self, domain):
        """Answer each entry in ``domain`` that still counts, and what changed it later, by one of opposite sign."""
        own = self.search([*domain, ("reverses_id", "=", False)])
        family = (own | self.search([("origin_id", "in", own.ids), ("reverses_id", "=", False)]))._live()
        return self.create([entry._prepare_reversal(entry._reversal_day()) for entry in family])

    def _reversal_day(self):
        """Return the day on which this entry is answered: its own, so that one statement has both.

        What an approved statement has is answered today, on the next one.
        """
        self.ensure_one()
        is_settled = self.statement_id.state in ("approved", "paid")
        return self.company_id._clinic_today() if is_settled else self.date
