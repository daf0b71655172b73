import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_photo.tests.common import picture

from .common import DocumentCommon, pdf


@tagged("post_install", "-at_install")
class TestOverview(DocumentCommon):
    """One place for all documents of a patient, of which each sees what is theirs."""

    def setUp(self):
        super().setUp()
        self.result = self._document(name="Blood count", date="2026-01-02")
        self.older = self._document(name="Older count", date="2025-01-02")
        self.identity = self._document(kind="identity", name="Passport", user=self.users["reception"])
        self.scan = self._photo(picture(), kind="document", user=self.users["reception"], note="Insurance card")
        self._photo()

    def _load(self, role="practitioner", **values):
        overview = self.env["clinic.document.overview"].with_user(self.users[role])
        return overview.with_context(allowed_company_ids=self.branch.ids).load(self.patient.id, **values)

    def _titles(self, role="practitioner", **values):
        groups = self._load(role, **values)["groups"]
        return {group["name"]: [row["title"] for row in group["rows"]] for group in groups}

    def test_all_stand_together_by_type_and_date(self):
        expected = {
            "Laboratory Result": ["Blood count", "Older count"],
            "Identity Document": ["Passport"],
            "Photographed": ["Insurance card"],
        }
        for role in ("practitioner", "cosmetologist"):
            found = self._titles(role)
            self.assertEqual(found, expected)
            self.assertEqual(list(found), list(expected), "In the types' order")

    def test_reception_and_manager_see_their_types_and_not_a_word_of_the_others(self):
        for role in ("reception", "manager"):
            found = self._load(role)
            self.assertEqual(
                self._titles(role), {"Identity Document": ["Passport"], "Photographed": ["Insurance card"]}
            )
            self.assertNotIn("count", json.dumps(found))
        self._kind("laboratory").is_for_reception = True
        self.assertIn("Laboratory Result", self._titles("reception"))

    def test_others_see_nothing(self):
        for role in ("warehouse", "accountant"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self._load(role)
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            self.env["clinic.document.overview"].with_user(self.users["reception"]).load(2**31 - 1)
        other = self.env["res.company"].create({"name": "Another Branch"})
        self.users["cosmetologist"].write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        overview = self.env["clinic.document.overview"].with_user(self.users["cosmetologist"])
        with self.assertRaisesRegex(AccessError, "in your care"):
            overview.with_context(allowed_company_ids=other.ids).load(self.patient.id)

    def test_each_is_offered_what_they_may_do(self):
        rows = {row["title"]: row for group in self._load("reception")["groups"] for row in group["rows"]}
        self.assertTrue(rows["Passport"]["can_delete"], "Added by reception, today")
        self.assertFalse(self._load("reception")["can_share"])
        rows = {row["title"]: row for group in self._load("cosmetologist")["groups"] for row in group["rows"]}
        self.assertFalse(any(row["can_delete"] for row in rows.values()))
        rows = {row["title"]: row for group in self._load()["groups"] for row in group["rows"]}
        self.assertEqual(
            [title for title, row in rows.items() if row["can_delete"]], ["Blood count", "Older count", "Passport"]
        )

    def test_what_was_deleted_is_shown_to_those_who_may_restore_it(self):
        self.result.with_user(self.users["practitioner"]).delete_document("Wrong patient on it")
        self.assertEqual(self._titles()["Laboratory Result"], ["Older count"])
        self.assertEqual(self._titles(deleted=True), {"Laboratory Result": ["Blood count"]})
        self.assertEqual(self._titles("cosmetologist", deleted=True), {})
        self.assertEqual(self._titles("reception", deleted=True), {})

    def test_more_documents_are_no_more_queries(self):
        self._load()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._load()
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(6):
            self._document(pdf(), name=f"More {number}")
        self.assertLessEqual(count(), few + 1)

    def test_the_newest_are_on_the_card(self):
        card = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        found = card.load(self.patient.id)["documents"]
        self.assertEqual([row["title"] for row in found["rows"]], ["Passport", "Blood count", "Older count"])
        self.assertFalse(found["has_more"])
