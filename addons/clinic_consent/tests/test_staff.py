from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import ConsentCommon


@tagged("post_install", "-at_install")
class TestStaff(ConsentCommon):
    """What the desk and those who treat do: hand over, see what is signed, record a withdrawal."""

    def setUp(self):
        super().setUp()
        self._publish()
        self.visit = self.arrive().visit_id

    def test_nothing_to_sign_is_said(self):
        self._sign(self.visit)
        self.assertFalse(self.visit.has_consents_due)
        with self.assertRaisesRegex(UserError, "nothing to sign"):
            self.visit.with_user(self.users["reception"]).action_hand_over()

    def test_only_desk_and_treatment_room_hand_over(self):
        for role in ("warehouse", "accountant"):
            with self.assertRaises(AccessError):
                self.visit.with_user(self.users[role]).action_hand_over()
            with self.assertRaises(AccessError):
                self.visit.with_user(self.users[role]).hand_over_state()

    def test_a_tablet_that_sleeps_or_is_elsewhere_is_refused(self):
        device = self.env["clinic.consent.device"].create({"name": "Desk", "company_id": self.branch.id})
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.visit.with_user(self.users["reception"]).action_hand_over_to(device.id)

    def test_the_card_tells_what_is_signed_and_what_is_due(self):
        card = self.env["clinic.patient.card"].with_user(self.users["practitioner"])
        [due] = card.load(self.patient.id)["consents"]["due"]
        self.assertEqual((due["visit_id"], due["names"], due["mandatory"]), (self.visit.id, ["Facial consent"], True))
        consent = self._sign(self.visit)
        found = card.load(self.patient.id)["consents"]
        self.assertEqual(found["due"], [])
        self.assertEqual([(row["id"], row["standing"]) for row in found["signed"]], [(consent.id, "ok")])

    def test_withdraw_by_the_dialog(self):
        consent = self._sign(self.visit).with_user(self.users["cosmetologist"])
        action = consent.action_withdraw()
        wizards = self.env[action["res_model"]].with_user(self.users["cosmetologist"])
        wizard = wizards.with_context(**action["context"]).create({})
        with self.assertRaisesRegex(UserError, "how the patient said so"):
            wizard.action_withdraw()
        wizard.write({"how": "On the phone today, to Hina", "means": "phone"})
        wizard.action_withdraw()
        self.assertEqual(consent.standing, "withdrawn")
        self.assertEqual(consent.withdrawal_ids.identified, "phone")
        self.assertEqual(consent.withdrawal_ids.user_id, self.users["cosmetologist"])

    def test_the_booking_dialog_says_that_something_is_to_be_signed(self):
        dialogs = self.env["clinic.visit.book"].with_user(self.users["reception"])
        dialog = dialogs.new(
            {"patient_id": self.patient.id, "treatment_ids": self.facial.ids, "start": self._at(12, days=5)}
        )
        warning = "The patient has a consent to sign before this visit."
        self.assertIn(warning, dialog._warnings())
        self._sign(self.visit)
        self.assertNotIn(warning, dialog._warnings())


@tagged("post_install", "-at_install")
class TestOverRpc(ConsentCommon, HttpCase):
    """Every verb on a consent over JSON-RPC, as a browser asks."""

    def setUp(self):
        super().setUp()
        self._publish()
        self.consent = self._sign(self.arrive().visit_id)
        self.env.flush_all()

    def _refusal(self, role, method, *args):
        self.authenticate(f"test_{role}", f"test_{role}")
        params = {"model": "clinic.consent", "method": method, "args": list(args), "kwargs": {}}
        try:
            with mute_logger("odoo.http"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/clinic.consent/{method}", params)
        except JsonRpcException as error:
            return str(error)
        return None

    def test_nobody_writes_and_only_those_who_treat_read(self):
        ids = self.consent.ids
        for role in ("reception", "cosmetologist", "practitioner", "accountant", "warehouse", "manager"):
            treats = role in ("cosmetologist", "practitioner")
            with self.subTest(role=role):
                self.assertEqual(self._refusal(role, "read", ids, ["answers", "signer_name"]) is None, treats)
                for call in (
                    ("write", ids, {"signer_name": "x"}),
                    ("unlink", ids),
                    ("create", {"patient_id": self.patient.id}),
                ):
                    self.assertIn("Error", self._refusal(role, *call) or "")
                for name in ("_sign", "_record", "_withdraw"):
                    self.assertIsNotNone(self._refusal(role, name, ids, "x"))
        self.assertEqual(self.consent.signer_name, "Ayesha Test")
