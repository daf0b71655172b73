from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FamilyCommon


@tagged("post_install", "-at_install")
class TestPortal(FamilyCommon):
    """Who sees a patient's invoices on the portal: the patient, and those whom reception names; nobody else."""

    def _seen(self, login):
        """Return whose invoices ``login`` sees, the same by record rules, on the list, on the page and as PDF."""
        user = self.logins[login]
        seen = set()
        self.authenticate(user.login, user.login)
        listed = self.url_open("/my/invoices").text
        for name, invoice in self.invoices.items():
            mine = invoice.with_user(user)
            answers = {
                mine.has_access("read"),
                invoice.invoice_line_ids.with_user(user).has_access("read"),
                bool(mine.search([("id", "=", invoice.id)])),
                f"/my/invoices/{invoice.id}" in listed,
                self._opens(f"/my/invoices/{invoice.id}"),
                self._opens(f"/my/invoices/{invoice.id}?report_type=html"),
            }
            self.assertEqual(len(answers), 1, f"{login} and the invoice of {name}: {answers}")
            seen |= {name} if answers == {True} else set()
        return seen

    def _opens(self, url):
        answer = self.url_open(url, allow_redirects=False)
        return answer.status_code == 200

    def test_family_and_employer_see_none_but_their_own(self):
        self.assertEqual(self._seen("mother"), {"mother"})
        self.assertEqual(self._seen("child"), {"child"})
        self.assertEqual(self._seen("worker"), {"worker"})
        self.assertEqual(self._seen("employer"), set())
        self.assertEqual(self._seen("colleague"), set())
        self.assertEqual(self._seen("guardian"), set())

    def test_a_guardian_sees_what_reception_says(self):
        child = self.child.with_user(self.users["reception"])
        child.invoice_reader_ids = [Command.set((self.logins["guardian"] | self.mother).partner_id.ids)]
        self.assertEqual(self._seen("guardian"), {"child"})
        self.assertEqual(self._seen("mother"), {"child", "mother"})
        child.invoice_reader_ids = False
        self.assertEqual(self._seen("guardian"), set())
        with self.assertRaises(AccessError):
            self.child.with_user(self.users["practitioner"]).invoice_reader_ids = [
                Command.link(self.logins["employer"].partner_id.id)
            ]

    def test_a_guardian_sees_no_more_once_the_child_is_of_age(self):
        guardian, today = self.logins["guardian"].partner_id, self.branch._clinic_today()
        self.child.birth_date = today - relativedelta(years=18, days=-1)
        self.child.invoice_reader_ids = guardian
        self.env["clinic.guardian"].create(
            {"patient_id": self.child.id, "partner_id": guardian.id, "date_from": today, "reason": "mother"}
        )
        self.assertEqual(self._seen("guardian"), {"child"})
        self.assertEqual(self.child.current_reader_ids, guardian)
        # Sessions are of today; the day that matters is the branch's.
        tomorrow = patch.object(type(self.branch), "_clinic_today", lambda branch: today + timedelta(days=1))
        with tomorrow:
            self.env.invalidate_all()
            self.assertEqual(self._seen("guardian"), set())
            self.assertFalse(self.child.current_reader_ids)
        self.child.invoice_reader_ids |= self.mother.partner_id
        with tomorrow:
            self.assertIn("child", self._seen("mother"), "named without being a guardian")

    def test_a_merged_patients_invoices_are_the_kept_ones(self):
        twin = self._register("Worker Again")
        self.logins["twin"] = self._login("twin", twin)
        merges = self.env["clinic.patient.merge"].sudo()
        merge = merges._merge(twin, self.worker, login="kept")
        self.assertEqual(self._seen("twin"), {"worker"})
        self.assertEqual((self._seen("employer"), self._seen("colleague")), (set(), set()))
        self.assertFalse(self.logins["worker"].active)
        merge.action_undo()
        self.assertEqual((self._seen("twin"), self._seen("worker")), (set(), {"worker"}))

    def test_counters_and_own_pages(self):
        for login in ("employer", "child"):
            user = self.logins[login]
            self.authenticate(user.login, user.login)
            counted = self.make_jsonrpc_request(
                "/my/counters", {"counters": ["invoice_count", "overdue_invoice_count"]}
            )
            self.assertEqual(counted["invoice_count"], int(login == "child"))
            self.assertTrue(self._opens("/my"))
            self.assertTrue(self._opens("/my/account"))

    def test_an_archived_patient_stays_a_patient(self):
        self.worker.sudo().active = False
        self.assertEqual(self._seen("employer"), set())
        self.assertFalse(self.worker.partner_id.with_user(self.logins["employer"]).has_access("read"))

    def test_invoices_from_before_a_merge_are_seen_by_who_is_kept(self):
        kept = self._register("Child Again")
        self.logins["kept"] = self._login("kept", kept)
        self.env.flush_all()
        self.env.cr.execute("UPDATE clinic_patient SET merged_into_id = %s WHERE id = %s", [kept.id, self.child.id])
        self.env.invalidate_all()
        self.assertEqual(self._seen("kept"), {"child"})
        self.assertEqual(self._seen("mother"), {"mother"})

    def test_an_invoice_of_a_visit_is_no_matter_of_colleagues(self):
        invoice = self.invoices["worker"]
        invoice.button_draft()
        invoice.partner_id = self.employer
        invoice.action_post()
        self.assertNotIn("worker", self._seen("colleague"))
        self.assertIn("worker", self._seen("employer"))

    def test_an_employers_own_invoices_are_seen_as_in_odoo(self):
        line = Command.create({"name": "Vouchers", "quantity": 1, "price_unit": 10, "tax_ids": []})
        invoice = self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.employer.id, "invoice_line_ids": [line]}
        )
        invoice.action_post()
        self.assertTrue(invoice.with_user(self.logins["colleague"]).has_access("read"))

    def test_patients_are_not_listed_as_contacts(self):
        worker, employer = self.worker.partner_id, self.logins["employer"]
        self.assertFalse(worker.with_user(employer).search([("id", "=", worker.id)]))
        self.assertTrue(worker.with_user(self.logins["worker"]).has_access("read"))
