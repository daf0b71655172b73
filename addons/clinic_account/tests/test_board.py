from odoo import Command
from odoo.tests import tagged

from .common import AccountCommon


@tagged("post_install", "-at_install")
class TestBoard(AccountCommon):
    def _flags(self, visit, role="reception"):
        """Return {kind: label} of the flags of ``visit`` on the board of ``role``."""
        card = self._card(visit, role)
        return {flag["kind"]: flag["label"] for flag in card["flags"]}

    def _card(self, visit, role="reception"):
        day = self.branch._clinic_local(visit.start).date().isoformat()
        user = self.users[role]
        user.write({"company_ids": [Command.set(self.branch.ids)], "company_id": self.branch.id})
        board = self.env["clinic.board"].with_user(user).with_company(self.branch).load(day)
        return next(card for card in board["procedures"] if card["visit_id"] == visit.id)

    def test_a_debt_is_seen_until_it_is_paid(self):
        owed = self._done()
        following = self.book(start=self._at(15))
        self.assertNotIn("unpaid", self._flags(following))
        owed.action_checkout()
        self.assertIn("1,150", self._flags(following)["unpaid"])
        self._pay(owed.invoice_id, 150)
        self.assertIn("1,000", self._flags(following)["unpaid"])
        self._pay(owed.invoice_id)
        self.assertNotIn("unpaid", self._flags(following))

    def test_a_debt_is_told_before_the_next_visit_is_booked(self):
        owed = self._done()
        owed.action_checkout()
        for role, told in (("reception", True), ("practitioner", False)):
            dialogs = self.env["clinic.visit.book"].with_user(self.users[role]).with_company(self.branch)
            dialog = dialogs.new({"patient_id": self.patient.id, "start": self._at(15)})
            with self.subTest(role=role):
                self.assertEqual("Owes" in (dialog.warning or ""), told)
        self._pay(owed.invoice_id)
        self.assertNotIn("Owes", dialogs.new({"patient_id": self.patient.id, "start": self._at(15)}).warning or "")

    def test_who_treats_sees_no_debts(self):
        self._done().action_checkout()
        self.assertNotIn("unpaid", self._flags(self.book(start=self._at(15)), "practitioner"))

    def test_a_visit_is_checked_out_once(self):
        visit = self._done()
        self.assertTrue(self._card(visit)["to_check_out"])
        visit.action_checkout()
        self.assertFalse(self._card(visit)["to_check_out"])
        self.assertNotIn("to_check_out", self._card(visit, "practitioner"))
