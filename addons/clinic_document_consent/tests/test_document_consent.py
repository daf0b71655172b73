from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.clinic_consent.tests.common import ConsentMixin
from odoo.addons.clinic_document.tests.common import DocumentCommon


@tagged("post_install", "-at_install")
class TestDocumentConsent(ConsentMixin, DocumentCommon, HttpCase):
    """What was signed stands among the documents, for those who may read it."""

    def setUp(self):
        super().setUp()
        self._publish()
        self.consent = self._sign(self.arrive().visit_id)
        self.document = self._document(name="Blood count")

    def _groups(self, role):
        overview = self.env["clinic.document.overview"].with_user(self.users[role])
        found = overview.with_context(allowed_company_ids=self.branch.ids).load(self.patient.id)
        return {group["name"]: group["rows"] for group in found["groups"]}

    def test_what_was_signed_comes_first_with_its_status(self):
        groups = self._groups("practitioner")
        self.assertEqual(list(groups), ["Signed Consents", "Laboratory Result"])
        [row] = groups["Signed Consents"]
        self.assertEqual((row["title"], row["badge"]["text"]), ("Facial consent (en)", "In force"))
        self.assertEqual(row["url"], f"/clinic/consent/{self.consent.uuid}.pdf")
        self.consent.with_user(self.users["practitioner"])._withdraw("On the phone today, to Hina")
        [row] = self._groups("practitioner")["Signed Consents"]
        self.assertEqual(row["badge"]["text"], "Withdrawn")

    def test_reception_sees_none(self):
        self.assertEqual(self._groups("reception"), {})

    def test_a_merged_entry_s_consents_are_among_those_of_the_one_who_is_kept(self):
        kept = self.env["clinic.patient"].create({"name": "Ayesha Kept", "phone": "0300 1234568"})
        self.env["clinic.patient.merge"]._merge(kept, self.patient)
        self.assertEqual(self.consent.patient_id, self.patient)
        self.assertEqual(len(self._groups("practitioner")["Signed Consents"]), 1)

    def test_a_guardian_sees_what_is_shared_of_a_minor_and_not_longer(self):
        mother = new_test_user(self.env, login="test_mother", groups="base.group_portal")
        self.document.with_user(self.users["practitioner"]).share_document(True)
        self._age(10)
        self._name_guardian(mother.partner_id)
        for years, is_seen in ((10, True), (18, False)):
            self._age(years)
            self.env.flush_all()
            self.authenticate("test_mother", "test_mother")
            with self.subTest(years=years):
                self.assertEqual("Blood count" in self.url_open("/my/documents").text, is_seen)
                answer = self.url_open(f"/clinic/document/{self.document.uuid}")
                self.assertEqual(answer.status_code, 200 if is_seen else 404)
