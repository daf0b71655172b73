from odoo.tests import HttpCase, tagged

from .common import TillCommon, WordsMixin


@tagged("post_install", "-at_install")
class TestCurrency(WordsMixin, TillCommon, HttpCase):
    """A till in another currency than its branch's, worth half of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.setup_other_currency("EUR")
        cls.own = cls.branch.currency_id
        cls.box = cls.env["account.journal"].create(
            {"name": "Box", "code": "BOX", "type": "cash", "currency_id": cls.foreign.id, "company_id": cls.branch.id}
        )
        cls._pay_into(cls.box, cls.box.default_account_id)
        for kind in ("profit_account_id", "loss_account_id"):
            cls.box[kind] = cls.cash[kind]
        cls.env["clinic.till.denomination"].search([("currency_id", "=", cls.foreign.id)]).unlink()
        cls.env["clinic.till.denomination"].create({"currency_id": cls.foreign.id, "value": 1})

    def _count(self, counted, **vals):
        till = self.tills.create({"journal_id": self.box.id, "company_id": self.branch.id, **vals})
        till.line_ids.quantity = counted
        return till

    def test_the_notes_are_of_the_till_s_currency(self):
        till = self._count(3)
        self.assertEqual(till.line_ids.denomination_id.currency_id, self.foreign)
        self.assertEqual((till.counted, till.currency_id), (3, self.foreign))

    def test_amounts_are_in_the_till_s_currency(self):
        # Odoo sees to it that the account of the cash is in its currency alone, unless the accountant opens it.
        self.box.default_account_id.currency_id = False
        self._take(100, self.box)
        self._take(50, self.box, currency_id=self.own.id)
        self._take(30, self.bank)
        till = self._count(200)
        sums = {row["name"]: row["amount"] for row in till.takings}
        self.assertEqual(sums, {"Box": 200, self.bank.name: 60})
        self.assertEqual(till.difference, 0)
        self._enter(self.cash.profit_account_id, 7, self.box)
        till.invalidate_recordset()
        self.assertEqual(till.expected, 214)
        # And into the branch's own till.
        self._take(40, currency_id=self.foreign.id)
        self.assertEqual(self._till().expected, 20)

    def test_the_limit_is_in_the_branch_s_currency(self):
        self.branch.clinic_till_limit = 10
        self._take(100, self.box)
        first = self._count(80, note="Wrong change")
        self.assert_done("reception", "clinic.till.closing", "action_close", first.ids)
        # 20 of the till are 10 of the branch: as much as the limit.
        self.assertEqual((first.difference, first.state), (-20, "closed"))
        loss = first.sudo().move_ids.line_ids.filtered(lambda line: line.account_id == self.box.loss_account_id)
        self.assertEqual((loss.balance, loss.amount_currency), (10, 20))
        second = self._count(59, note="Wrong change")
        self.assert_done("reception", "clinic.till.closing", "action_close", second.ids)
        self.assertEqual((second.difference, second.state), (-21, "review"))
