from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SignalStockCommon


@tagged("post_install", "-at_install")
class TestAlert(SignalStockCommon):
    """A report lands on its lot and dose; a second about the lot alerts the medical lead."""

    def setUp(self):
        super().setUp()
        self.lead = self.users["practitioner"]
        self.as_lead = self.env(user=self.lead, context={"allowed_company_ids": self.branch.ids})

    def test_the_report_stands_beside_lot_and_dose(self):
        report = self._report(self.first)
        [row] = report._prepare_rows()
        [item] = row["items"]
        self.assertEqual(
            (item["product"], item["quantity"], item["uom"], item["lot"], item["is_blocked"]),
            ("Toxin", 20, "U", "LATE", False),
        )
        seen = report.with_env(self.as_lead)
        self.assertEqual((seen.lot_ids, seen.item_text), (self.lot_late, "Toxin 20 U, lot LATE"))
        reports = self.as_lead["clinic.signal"]
        self.assertEqual(reports.search([("lot_ids", "in", self.lot_late.ids)]), report)
        self.assertFalse(reports.search([("lot_ids", "in", self.lot_soon.ids)]))
        self.assertEqual(report._prepare_reaction()["product_id"], self.toxin.id)

    def test_a_second_report_on_the_lot_alerts_at_once(self):
        first = self._report(self.first)
        self.assertFalse(self._alerts())
        mails = self.env["mail.mail"].search([])
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        second = self._report(self.second, words="My eye, too")
        alert = self._alerts()
        self.assertEqual((alert.state, alert.signal_ids, alert.report_count), ("open", first | second, 2))
        self.assertEqual(alert.activity_ids.user_id, self.lead)
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.lead.partner_id)
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]), "now, not hourly")
        said = f"{mail.subject} {mail.body_html} {alert.activity_ids.summary} {alert.activity_ids.res_name}"
        for word in ("Ayesha", "Bilal", "eye", "Swelling", "Toxin", "LATE", "Facial"):
            self.assertNotIn(word, said)

    def test_a_third_report_joins_the_open_alert(self):
        chandni = self.env["clinic.patient"].create({"name": "Chandni"})
        for procedure in (self.first, self.second, self._with_lot(chandni)):
            self._report(procedure)
        self.assertEqual((len(self._alerts()), self._alerts().report_count), (1, 3))
        self.assertEqual(len(self._alerts().activity_ids), 1)

    def test_it_says_from_how_many_patients_and_how_sure(self):
        again = self._with_lot(self.patient)
        self._report(self.first), self._report(again)
        alert = self._alerts()
        self.assertEqual((alert.report_count, alert.patient_count, alert.unsure_count), (2, 1, 0))
        link, _path = self._link()
        self.env["clinic.signal"]._take(link, self._said())
        self._report(self.second)
        self.assertEqual((alert.report_count, alert.patient_count, alert.unsure_count), (4, 2, 1))

    def test_another_lot_or_a_longer_time_alerts_nobody(self):
        self.branch.clinic_signal_days = 10
        self._report(self.first)
        other = self._with_lot(self.env["clinic.patient"].create({"name": "Dilshad"}), self.lot_soon)
        self._report(other)
        self.assertFalse(self.env["clinic.lot.alert"].search([]))
        with freeze_time(fields.Datetime.now() + timedelta(days=11)):
            self._report(self.second)
            self.assertFalse(self._alerts())

    def test_the_lot_is_blocked_by_its_own_block(self):
        self._report(self.first), self._report(self.second)
        alert = self._alerts().with_env(self.as_lead)
        alert.action_block()
        self.assertTrue(self.lot_late.clinic_blocked)
        self.assertIn("Lot alert", self.lot_late.clinic_block_reason)
        self.assertEqual((alert.state, alert.decided_by_id), ("blocked", self.lead))
        self.assertFalse(alert.sudo().activity_ids)
        with self.assertRaisesRegex(UserError, "decided about this lot already"):
            alert.action_block()

    def test_a_further_report_joins_the_alert_by_which_the_lot_was_blocked(self):
        third = self._with_lot(self.env["clinic.patient"].create({"name": "Chandni"}))
        self._report(self.first), self._report(self.second)
        alert = self._alerts()
        alert.with_env(self.as_lead).action_block()
        decided, mails = alert.decided_at, self.env["mail.mail"].search_count([])
        self._report(third)
        self.assertEqual((self._alerts(), alert.state, alert.report_count), (alert, "blocked", 3))
        self.assertEqual((alert.decided_at, alert.activity_ids.ids), (decided, []))
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.lot_late.clinic_release("Was tested")
        self._report(third)
        self.assertEqual(self._alerts().mapped("state").count("open"), 1, "it is used again")

    def test_why_a_lot_was_blocked_before_stays(self):
        self.lot_late.clinic_block("Broken seal")
        self._report(self.first), self._report(self.second)
        alert = self._alerts().with_env(self.as_lead)
        alert.action_block()
        self.assertEqual((alert.state, self.lot_late.clinic_block_reason), ("blocked", "Broken seal"))

    def test_a_recall_settles_the_alert(self):
        self._report(self.first), self._report(self.second)
        alert = self._alerts().with_env(self.as_lead)
        action = alert.action_recall()
        recall = self.as_lead["clinic.lot.recall"].with_context(**action["context"]).create({})
        self.assertEqual(recall.lot_id, self.lot_late)
        recall.action_open()
        self.assertEqual(recall.patient_count, 2)
        self.assertEqual((alert.state, alert.decided_by_id), ("blocked", self.lead))

    def test_it_is_not_blocked_with_a_reason_and_the_next_report_alerts_again(self):
        self._report(self.first), self._report(self.second)
        alert = self._alerts().with_env(self.as_lead)
        dialog = self.as_lead["clinic.lot.alert.dismiss"].with_context(**alert.action_dismiss()["context"])
        with self.assertRaises(UserError):
            dialog.create({"reason": " "}).action_dismiss()
        dialog.create({"reason": "Seen both of them, bruises only"}).action_dismiss()
        self.assertEqual((alert.state, self.lot_late.clinic_blocked), ("dismissed", False))
        third = self._with_lot(self.env["clinic.patient"].create({"name": "Chandni"}))
        self._report(third)
        self.assertEqual(self._alerts().mapped("state").count("open"), 1)

    def test_without_a_lead_who_treated_is_told(self):
        self.branch.clinic_medical_lead_id = False
        self._report(self.first), self._report(self.second)
        self.assertEqual(self._alerts().activity_ids.user_id, self.users["practitioner"])

    def test_who_is_told_may_open_it(self):
        # The lead works elsewhere now, and who treated treats no more.
        other = self.env["res.company"].create({"name": "Far Branch", "country_id": self.env.ref("base.pk").id})
        lead = self.lead.copy({"login": "test_lead", "company_id": self.branch.id, "company_ids": self.branch.ids})
        self.branch.clinic_medical_lead_id = lead
        lead.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        cosmetologist, practitioner = (
            self.env.ref(f"clinic.group_{name}") for name in ("cosmetologist", "practitioner")
        )
        stays = self.lead.copy({"login": "test_stays", "company_id": self.branch.id, "company_ids": self.branch.ids})
        self.lead.group_ids = [(3, practitioner.id), (4, cosmetologist.id)]
        self.assertFalse(self.lead.has_group("clinic.group_practitioner"))
        self._report(self.first), self._report(self.second)
        told = self._alerts().activity_ids.user_id
        self.assertIn(stays, told)
        self.assertFalse(told & (self.lead | lead))
        for user in told:
            self._alerts().with_user(user).check_access("write")

    def test_where_nobody_may_decide_the_managers_are_told(self):
        everybody = self.env.ref("clinic.group_practitioner").all_user_ids
        everybody.filtered(lambda user: self.branch in user.company_ids).active = False
        self._report(self.first), self._report(self.second)
        told = self._alerts().activity_ids.user_id
        self.assertIn(self.users["manager"], told)
        self._alerts().with_user(self.users["manager"]).check_access("read")

    def test_the_manager_s_home_says_that_somebody_must_decide(self):
        self._report(self.first), self._report(self.second)
        home = self.env["clinic.home"].with_user(self.users["manager"])
        alerts = home.with_context(allowed_company_ids=self.branch.ids).load()["alerts"]
        [found] = [alert for alert in alerts if alert["key"] == "lot_alerts"]
        self.assertEqual(found["count"], 1)

    def test_the_database_keeps_one_open_alert_of_a_lot(self):
        self._report(self.first), self._report(self.second)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._alerts().copy({"state": "open"})

    def test_only_practitioners_decide(self):
        self._report(self.first), self._report(self.second)
        for role in ("reception", "cosmetologist", "warehouse", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._alerts().with_user(self.users[role]).action_block()
        self.assertFalse(self.lot_late.clinic_blocked)
