from odoo.tests import tagged

from odoo.addons.clinic_consent.tests.common import ConsentMixin
from odoo.addons.clinic_photo.tests.common import PhotoCommon


@tagged("post_install", "-at_install")
class TestPhotoConsent(ConsentMixin, PhotoCommon):
    """What is signed about photos is what may be done with them, from that moment on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.form = cls._publish("Photos", kind="photo", mandatory=False, for_all=True)

    def setUp(self):
        super().setUp()
        self.photo = self._photo()
        self.visit = self.arrive(self.facial).visit_id

    def _permitted(self):
        return self.env["clinic.photo"]._uses_of(self.photo)[self.photo.id]

    def test_each_use_is_decided_by_itself_and_ends_with_the_withdrawal(self):
        self.assertEqual(self._permitted(), [])
        scopes = {"care": True, "teaching": False, "marketing": True}
        consent = self._sign(self.visit, scopes=scopes)
        self.assertEqual(self._permitted(), ["care", "marketing"])
        decisions = self.env["clinic.photo.permission"].search([("patient_id", "=", self.patient.id)])
        self.assertEqual(set(decisions.mapped("until")), {consent.valid_until, False})
        consent.with_user(self.users["practitioner"])._withdraw("On the phone today, to Hina")
        self.assertEqual(self._permitted(), [])

    def test_what_is_refused_later_is_not_permitted_any_more(self):
        self._sign(self.visit, scopes=dict.fromkeys(("care", "teaching", "marketing"), True))
        self.form.version_ids.action_new_version()
        self.form.version_ids.filtered(lambda version: version.state == "draft").action_publish()
        self._sign(self.visit, scopes={"care": True, "teaching": False, "marketing": False})
        self.assertEqual(self._permitted(), ["care"])
