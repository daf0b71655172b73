"""The rights of every role on every model of the suite, asked over JSON-RPC as a browser asks."""

from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic.tests import test_rights as clinic
from odoo.addons.clinic.tests.common import ROLES, ClinicCommon
from odoo.addons.clinic_account.tests import test_rights as clinic_account
from odoo.addons.clinic_agreement.tests import test_rights as clinic_agreement
from odoo.addons.clinic_backup.tests import test_rights as clinic_backup
from odoo.addons.clinic_books.tests import test_rights as clinic_books
from odoo.addons.clinic_campaign.tests import test_rights as clinic_campaign
from odoo.addons.clinic_checkout.tests import test_rights as clinic_checkout
from odoo.addons.clinic_commission.tests import test_rights as clinic_commission
from odoo.addons.clinic_consent.tests import test_rights as clinic_consent
from odoo.addons.clinic_document.tests import test_rights as clinic_document
from odoo.addons.clinic_fee.tests import test_rights as clinic_fee
from odoo.addons.clinic_feedback.tests import test_rights as clinic_feedback
from odoo.addons.clinic_followup.tests import test_rights as clinic_followup
from odoo.addons.clinic_health.tests import test_rights as clinic_health
from odoo.addons.clinic_intake.tests import test_rights as clinic_intake
from odoo.addons.clinic_message.tests import test_rights as clinic_message
from odoo.addons.clinic_package.tests import test_rights as clinic_package
from odoo.addons.clinic_payment.tests import test_rights as clinic_payment
from odoo.addons.clinic_phone.tests import test_rights as clinic_phone
from odoo.addons.clinic_photo.tests import test_rights as clinic_photo
from odoo.addons.clinic_portal.tests import test_rights as clinic_portal
from odoo.addons.clinic_portal_record.tests import test_rights as clinic_portal_record
from odoo.addons.clinic_record.tests import test_rights as clinic_record
from odoo.addons.clinic_record_stock.tests import test_rights as clinic_record_stock
from odoo.addons.clinic_signal.tests import test_rights as clinic_signal
from odoo.addons.clinic_signal_photo.tests import test_rights as clinic_signal_photo
from odoo.addons.clinic_signal_stock.tests import test_rights as clinic_signal_stock
from odoo.addons.clinic_signin.tests import test_rights as clinic_signin
from odoo.addons.clinic_stock.tests import test_rights as clinic_stock
from odoo.addons.clinic_stock_account.tests import test_rights as clinic_stock_account
from odoo.addons.clinic_till.tests import test_rights as clinic_till
from odoo.addons.clinic_vault.tests import test_rights as clinic_vault
from odoo.addons.clinic_visit.tests import test_rights as clinic_visit
from odoo.addons.clinic_visit.tests.common import VisitMixin
from odoo.addons.clinic_website.tests import test_rights as clinic_website
from odoo.addons.clinic_website_intake.tests import test_rights as clinic_website_intake

EXPECTED = {
    **clinic.EXPECTED,
    **clinic_visit.EXPECTED,
    **clinic_record.EXPECTED,
    **clinic_account.EXPECTED,
    **clinic_checkout.EXPECTED,
    **clinic_payment.EXPECTED,
    **clinic_fee.EXPECTED,
    **clinic_books.EXPECTED,
    **clinic_agreement.EXPECTED,
    **clinic_backup.EXPECTED,
    **clinic_health.EXPECTED,
    **clinic_commission.EXPECTED,
    **clinic_stock.EXPECTED,
    **clinic_record_stock.EXPECTED,
    **clinic_stock_account.EXPECTED,
    **clinic_signin.EXPECTED,
    **clinic_message.EXPECTED,
    **clinic_campaign.EXPECTED,
    **clinic_followup.EXPECTED,
    **clinic_feedback.EXPECTED,
    **clinic_vault.EXPECTED,
    **clinic_photo.EXPECTED,
    **clinic_package.EXPECTED,
    **clinic_consent.EXPECTED,
    **clinic_intake.EXPECTED,
    **clinic_document.EXPECTED,
    **clinic_phone.EXPECTED,
    **clinic_signal.EXPECTED,
    **clinic_signal_photo.EXPECTED,
    **clinic_signal_stock.EXPECTED,
    **clinic_till.EXPECTED,
    **clinic_website.EXPECTED,
    **clinic_website_intake.EXPECTED,
    **clinic_portal.EXPECTED,
    **clinic_portal_record.EXPECTED,
}
# Exporting needs a right of its own that no clinic role has by default; these have their own, without a patient.
EXPORTED = {"clinic.stock.card"}
READS = {
    "search_read": ([], ["display_name"]),
    "search_count": ([],),
    "name_search": ("a",),
    "formatted_read_group": ([], [], ["__count"]),
    "export_data": ([], ["display_name"]),
}


@tagged("post_install", "-at_install")
class TestRights(VisitMixin, ClinicCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book()

    def test_no_model_is_forgotten(self):
        models = {
            name for name, model in self.env.registry.items() if name.startswith("clinic.") and not model._abstract
        }
        self.assertEqual(models, set(EXPECTED))
        for model, roles in EXPECTED.items():
            self.assertEqual(set(roles), set(ROLES), model)

    def test_patients_on_the_portal_and_other_employees_see_nothing(self):
        portal = new_test_user(self.env, login="test_portal", groups="base.group_portal")
        employee = new_test_user(self.env, login="test_employee", groups="base.group_user")
        kinds = {"clinic.room.kind", "clinic.device.kind"}
        for user, readable in ((portal, set()), (employee, kinds)):
            found = {model for model in EXPECTED if self.env[model].with_user(user).has_access("read")}
            self.assertEqual(found, readable, user.login)

    def test_over_json_rpc_each_role_reads_its_own_and_nothing_else(self):
        for role in ROLES:
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, roles in EXPECTED.items():
                for method, args in READS.items():
                    with self.subTest(role=role, model=model, method=method):
                        allowed = "r" in roles[role] and (method != "export_data" or model in EXPORTED)
                        self.assertEqual(self._works(model, method, args), allowed)

    def test_over_json_rpc_nobody_creates_or_deletes_beyond_their_rights(self):
        for role in ROLES:
            self.authenticate(f"test_{role}", f"test_{role}")
            for model, roles in EXPECTED.items():
                for verb, letter in (("create", "c"), ("write", "w"), ("unlink", "d")):
                    if letter in roles[role]:
                        continue
                    with self.subTest(role=role, model=model, verb=verb):
                        record = self.env[model].sudo().search([], limit=1)
                        ids = record.ids or [1]
                        args = {"create": ([{}],), "write": (ids, {}), "unlink": (ids,)}[verb]
                        refusals = {"odoo.exceptions.AccessError"}
                        if not record:
                            refusals.add("odoo.exceptions.MissingError")
                        self.assertIn(self._refusal(model, verb, args), refusals)

    def _works(self, model, method, args):
        return self._refusal(model, method, args) is None

    def _refusal(self, model, method, args):
        """Return the name of the exception that the server answers with, or None."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        try:
            with mute_logger("odoo.http"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)
        except JsonRpcException as error:
            return str(error)
        return None
