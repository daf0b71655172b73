from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import AgreementCommon


@tagged("post_install", "-at_install")
class TestNight(AgreementCommon):
    """Once in each branch's night; a difference is told once, and again only when it is another one."""

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("clinic_agreement.cron_agree").method_direct_trigger()
        self.env.invalidate_all()
        return self.agreements.search([("company_id", "=", self.branch.id)])

    def _local(self, hour, days=1):
        """Return the UTC time of ``hour`` o'clock in the branch, ``days`` from today."""
        day = self.branch._clinic_today() + timedelta(days=days)
        return self.branch._clinic_midnight(day) + timedelta(hours=hour)

    def test_once_a_night_in_the_branch_s_zone(self):
        with freeze_time(self._local(1)):
            self.assertFalse(self._run())
        with freeze_time(self._local(2)):
            [first] = self._run()
            self.assertEqual(first.day, self.branch._clinic_today())
        with freeze_time(self._local(5)):
            self.assertEqual(self._run().made_at, first.made_at)
        with freeze_time(self._local(3, days=2)):
            last, first = self._run()
        self.assertEqual((last.is_current, first.is_current), (True, False))

    def test_a_branch_that_fails_stops_no_other(self):
        other = self.env["res.company"].create({"name": "Other", "parent_id": self.branch.id})
        compare = type(self.agreements)._compare_online

        def failing(agreements, branch):
            if branch == self.branch:
                raise UserError(self.env._("Not now"))
            return compare(agreements, branch)

        with freeze_time(self._local(12)), patch.object(type(self.agreements), "_compare_online", failing):
            self.assertFalse(self._run())
        self.assertTrue(self.agreements.search([("company_id", "=", other.id)]))

    def test_old_payments_are_asked_about_at_their_provider(self):
        asked = []
        kind = type(self.env["payment.transaction"])
        with (
            patch.object(kind, "_none_inquire", lambda one: asked.append(one.reference), create=True),
            freeze_time(self._local(12)),
        ):
            tx = self._transaction(self._held(start=self._at(14, days=2)))
            tx._set_pending()
            self._run()
            self.assertFalse(asked)
            tx.last_state_change = fields.Datetime.now() - timedelta(days=2)
            self.agreements.search([]).sudo().is_current = False
            self._run()
        self.assertEqual(asked, [tx.reference])

    # -- told once ----------------------------------------------------------------------------------------------------

    def _tasks(self):
        return self.env["mail.activity"].search([("res_model", "=", "clinic.agreement")])

    def test_the_accountant_has_one_task_for_one_difference(self):
        self._agree()
        self.assertFalse(self._tasks())
        self._sql("UPDATE clinic_visit SET deposit_paid = 2000 WHERE id = %s", self.held.id)
        self._agree()
        [task] = self._tasks()
        self.assertEqual(task.user_id, self.users["accountant"])
        self.assertEqual(task.summary, f"The money of {self.branch.name} does not agree")
        for word in (self.patient.name, self.laser.name):
            self.assertNotIn(word, f"{task.summary} {task.note or ''} {task.res_name}")
        with freeze_time(self._local(3)):
            self._agree()
        self.assertEqual(self._tasks(), task)
        with freeze_time(self._local(3, days=2)):
            self._sql("UPDATE account_payment SET amount = 1000 WHERE id = %s", self.payment.id)
            self._agree()
        self.assertEqual(len(self._tasks()), 2)

    def test_the_task_is_over_once_all_agrees(self):
        self._sql("UPDATE clinic_visit SET deposit_paid = 2000 WHERE id = %s", self.held.id)
        self._agree()
        self.assertTrue(self._tasks())
        self._sql("UPDATE clinic_visit SET deposit_paid = 1150 WHERE id = %s", self.held.id)
        with freeze_time(self._local(3)):
            self.assertEqual(self._agree().state, "ok")
        self.assertFalse(self._tasks())

    def test_what_was_explained_stays_explained_while_it_is_the_same(self):
        receivable, partner = self.company_data["default_account_receivable"], self.patient.partner_id
        self._entry(self.company_data["default_account_expense"], receivable, 300, partner)
        line = self._agree().difference_ids
        accountant = self.users["accountant"]
        explain = self.env["clinic.agreement.explain"].with_user(accountant)
        with self.assertRaises(ValidationError):
            explain.create({"line_id": line.id, "reason": "x"}).action_explain()
        explain.create({"line_id": line.id, "reason": "Opening balance of the old system"}).action_explain()
        agreement = line.agreement_id
        self.assertEqual((line.state, line.explained_by_id), ("explained", accountant))
        self.assertEqual((agreement.state, agreement.count), ("explained", 0))
        self.assertFalse(self._tasks())
        with freeze_time(self._local(3)):
            again = self._agree()
        self.assertEqual(again.state, "explained")
        self.assertEqual(again.difference_ids.explanation, "Opening balance of the old system")
        with self.assertRaises(UserError):
            explain.create({"line_id": again.difference_ids.id, "reason": "Opening balance again"}).action_explain()
        self._entry(self.company_data["default_account_expense"], receivable, 5, partner)
        self.assertEqual((self._agree().state, self._agree().count), ("differs", 1))

    # -- the homes ----------------------------------------------------------------------------------------------------

    def _alerts(self, home, role):
        homes = self.env[home].with_user(self.users[role]).with_context(allowed_company_ids=self.branch.ids)
        return {alert["key"]: alert["count"] for alert in homes.load()["alerts"]}

    def test_both_homes_tell_of_a_difference(self):
        self._agree()
        for home, role in (("clinic.home", "manager"), ("clinic.books.home", "accountant")):
            self.assertNotIn("agreement", self._alerts(home, role))
        self._sql("UPDATE clinic_visit SET deposit_paid = 2000 WHERE id = %s", self.held.id)
        self._agree()
        for home, role in (("clinic.home", "manager"), ("clinic.books.home", "accountant")):
            self.assertEqual(self._alerts(home, role)["agreement"], 1)

    def test_a_task_for_an_accountant_of_the_branch(self):
        other = self.env["res.company"].create({"name": "Far"})
        accountant = self.users["accountant"]
        accountant.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self._sql("UPDATE clinic_visit SET deposit_paid = 2000 WHERE id = %s", self.held.id)
        self._agree()
        self.assertNotEqual(self._tasks().user_id, accountant)
