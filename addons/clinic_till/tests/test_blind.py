from odoo.tests import HttpCase, tagged

from .common import TillCommon, WordsMixin

SECRET = ("expected", "difference", "takings", "float_open")
WANTED = {name: {} for name in (*SECRET, "takings_html")}


@tagged("post_install", "-at_install")
class TestBlind(WordsMixin, TillCommon, HttpCase):
    """What the till's screens, prints and calls tell of what should be there."""

    def test_a_blind_till_tells_the_desk_nothing_before(self):
        self._close(777, float_first=777)
        self.branch.clinic_till_blind = True
        self._take(100)
        till = self._till(870)
        model, ids = "clinic.till.closing", till.ids
        [read] = self.assert_done("reception", model, "read", ids, list(WANTED))
        [shown] = self.assert_done("reception", model, "web_read", ids, specification=WANTED)
        asked = self.assert_done("reception", model, "onchange", ids, {"note": "x"}, ["note"], WANTED)["value"]
        made_up = {"company_id": self.branch.id, "journal_id": self.cash.id}
        new = self.assert_done("reception", model, "onchange", [], made_up, [], WANTED)["value"]
        for seen in (read, shown, asked, new):
            self.assertFalse(any(seen.get(name) for name in SECRET), seen)
            self.assertNotIn("100", seen.get("takings_html") or "")
        self.assert_refused("reception", model, "export_data", ids, list(SECRET))
        self.assert_refused("reception", model, "search", [("expected", "=", 877)], kinds=("ValueError", "UserError"))
        self.assert_refused("reception", model, "read", ids, ["expected_closed"])
        self.assert_refused("reception", model, "read", ids, ["takings_closed"])
        html = self.env["ir.actions.report"].with_user(self.users["reception"])
        page = html._render_qweb_html("clinic_till.report_till", ids)[0].decode()
        self.assertNotIn("Should be there", page)
        self.assertEqual(till.with_user(self.users["manager"]).expected, 877)
        self.branch.clinic_till_limit = 50
        till.action_close()
        self.assertEqual(till.difference, -7)
        page = html._render_qweb_html("clinic_till.report_till", ids)[0].decode()
        self.assertIn("Should be there", page)

    def test_the_setting_promises_no_more_than_that(self):
        """Reception takes the payments and looks them up: who adds them up knows the sum."""
        self.branch.clinic_till_blind = True
        payment = self._take(100)
        seen = self.assert_done("reception", "account.payment", "search_read", [("id", "=", payment.id)], ["amount"])
        self.assertEqual([row["amount"] for row in seen], [100])
        shown = self.env["res.company"].fields_get(["clinic_till_blind"], ["help"])["clinic_till_blind"]["help"]
        self.assertIn("Only the till's own screens and prints are blind", shown)

    def test_another_branch_s_till_is_not_told_by_a_made_up_count(self):
        other = self.env["res.company"].create({"name": "Other branch", "parent_id": self.branch.id})
        box = self.cash.copy({"name": "Other box", "company_id": other.id, "code": "OBX"})
        self._pay_into(box, box.default_account_id)
        owed = self.company_data["default_account_receivable"]
        self._take(123, box, company_id=other.id, destination_account_id=owed.id)
        self._take(100)
        for vals in (
            {"company_id": other.id, "journal_id": box.id},
            {"company_id": other.id, "journal_id": box.id, "state": "closed", "float_first": 5},
            {"company_id": self.branch.id, "journal_id": box.id},
            {"company_id": other.id, "journal_id": self.cash.id},
        ):
            with self.subTest(vals=vals):
                answer = self.assert_done("reception", "clinic.till.closing", "onchange", [], vals, [], WANTED)["value"]
                self.assertFalse(any(answer.get(name) for name in SECRET), answer)
                self.assertNotIn("123", answer.get("takings_html") or "")
        own = {"company_id": self.branch.id, "journal_id": self.cash.id}
        answer = self.assert_done("reception", "clinic.till.closing", "onchange", [], own, [], WANTED)["value"]
        self.assertEqual(answer["expected"], 100)
        manager = self.tills.with_user(self.env.user).with_context(allowed_company_ids=(self.branch | other).ids)
        till = manager.new({"company_id": other.id, "journal_id": box.id})
        self.assertEqual(till.expected, 123)
