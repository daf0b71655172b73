import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic_consent.tests.common import ConsentMixin
from odoo.addons.clinic_document.tests.common import DocumentMixin
from odoo.addons.clinic_portal.tests.common import PortalCommon


@tagged("post_install", "-at_install")
class TestRecord(ConsentMixin, DocumentMixin, PortalCommon):
    """What of the record a patient sees: what the clinic permits, and a practitioner has released."""

    def setUp(self):
        super().setUp()
        self.setup_documents()
        self.document = self._document(name="Blood count").sudo()
        self.photo = self._photo().sudo()
        self.doctor_user = self.users["practitioner"]
        self._sign_in()

    def _release(self, is_released=True):
        self.document.with_user(self.doctor_user).share_document(is_released)
        self.photo.with_user(self.doctor_user).share_photo(is_released)
        self.env.flush_all()

    def _shown(self):
        """Return whether (document, photo) are listed, and their files sent; both ways say the same."""
        listed = (
            "Blood count" in self.url_open("/my/documents").text,
            self.photo.uuid in self.url_open("/my/photos").text,
        )
        addresses = f"/clinic/document/{self.document.uuid}", f"/clinic/photo/{self.photo.uuid}/preview"
        sent = tuple(self.url_open(address).status_code == 200 for address in addresses)
        self.assertEqual(listed, sent)
        return listed

    def test_a_practitioner_releases_each_and_takes_it_back(self):
        self.assertEqual(self._shown(), (False, False))
        for role in ("reception", "cosmetologist"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.document.with_user(self.users[role]).share_document(True)
        self._release()
        self.assertEqual((self.document.shared_by_id, bool(self.photo.shared_at)), (self.doctor_user, True))
        self.assertEqual(self._shown(), (True, True))
        log = self.env["clinic.access.log"].sudo().search([("user_id", "=", self.me.id), ("action", "=", "open")])
        self.assertEqual(set(log.mapped("model")), {"clinic.document", "clinic.photo"})
        self._release(False)
        self.assertEqual((self.document.shared_by_id.id, self.photo.shared_at), (False, False))
        self.assertEqual(self._shown(), (False, False))

    def test_a_branch_permits_each_kind(self):
        self._release()
        self.branch.clinic_portal_photos = False
        self.env.flush_all()
        self.assertEqual(self._shown(), (True, False))
        self.branch.write({"clinic_portal_photos": True, "clinic_portal_documents": False})
        self.env.flush_all()
        self.assertEqual(self._shown(), (False, True))
        self.branch.clinic_portal_documents = True
        self.document.kind_id.is_for_portal = False
        self.env.flush_all()
        self.assertEqual(self._shown(), (False, True))

    def test_nobody_else_is_shown_what_was_released(self):
        self._release()
        self._sign_in(self.other)
        self.assertEqual(self._shown(), (False, False))

    def test_consents_are_among_what_is_to_do(self):
        self.assertNotIn("Read, fill in and sign", self._get().text)
        self._publish()
        self.env.flush_all()
        page = self._get().text
        self.assertIn("Read, fill in and sign", page)
        self.assertIn(f"/my/consents/sign/{self.visit.id}", page)
        # A guardian signs for a child, which does not do so itself.
        visit = self._book_for(self.child, start=self._at(13))
        self.env.flush_all()
        self.assertIn(f"/my/consents/sign/{visit.id}", self._get("", self.child).text)
        own = self._portal_user("portal_child", self.child)
        self._sign_in(own)
        self.assertNotIn(f"/my/consents/sign/{visit.id}", self._get("", self.child).text)

    def test_aftercare_of_what_was_done(self):
        protocol = (
            self.env["clinic.protocol"].sudo().create({"treatment_id": self.facial.id, "aftercare": "<p>No sun.</p>"})
        )
        protocol.action_publish()
        with freeze_time(self.visit.start):
            self.visit.action_arrive()
            self.visit.procedure_ids.action_start()
        self.env.flush_all()
        self.assertEqual(self.visit.procedure_ids.sudo().protocol_id, protocol)
        self.assertNotIn("No sun.", self._get(f"/visits/{self.visit.id}").text)
        # What its record needs before it is closed is another matter.
        self.env.cr.execute("UPDATE clinic_procedure SET state = 'done' WHERE visit_id = %s", [self.visit.id])
        self.env.cr.execute("UPDATE clinic_visit SET state = 'done', done_at = start WHERE id = %s", [self.visit.id])
        self.env.invalidate_all()
        page = self._get(f"/visits/{self.visit.id}").text
        self.assertIn("<p>No sun.</p>", page)
        self.assertIn("Afterwards: Facial", page)
        self.branch.clinic_portal_aftercare = False
        self.env.flush_all()
        self.assertNotIn("No sun.", self._get(f"/visits/{self.visit.id}").text)

    def test_what_was_asked_is_answered_from_here(self):
        visit = self._done(start=self._at(15))
        kind = self.env["clinic.message.kind"].search([("trigger", "=", "feedback")], limit=1)
        queue = self.env["clinic.message"]
        values = queue._prepare_message(kind, visit, "patient", "email")
        now = fields.Datetime.now() - timedelta(hours=1)
        queue._enqueue([{**values, "state": "sent", "sent_at": now, "reason": False}])
        self.env.flush_all()
        page = self._get().text
        self.assertIn("How was your visit?", page)
        self.assertRegex(page, r'href="/c/[0-9a-f]{32}"')

    def test_the_own_data_has_what_was_released(self):
        self.assertEqual(json.loads(self._get("/data.json").content)["documents"], [])
        self._release()
        [document] = json.loads(self._get("/data.json").content)["documents"]
        self.assertEqual(document["title"], "Blood count")
