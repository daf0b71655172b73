from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.clinic_visit.exceptions import GateClosed

from .common import ConsentCommon


@tagged("post_install", "-at_install")
class TestGate(ConsentCommon):
    """Whether a procedure may start, by what its patient has signed."""

    def _closed(self, procedure, user="practitioner"):
        """Return the keys of consents that keep ``procedure`` from starting."""
        reasons = procedure.with_user(self.users[user]).gate()
        return [reason["key"].rsplit("-", 1)[0] for reason in reasons if reason["kind"] == "consent"]

    def test_without_a_published_text_nothing_is_asked(self):
        procedure = self.arrive()
        template = self.env["clinic.consent.template"].create(
            {"name": "Draft", "treatment_ids": [Command.set(self.facial.ids)]}
        )
        self.env["clinic.consent.version"].create({"template_id": template.id, "title": "T", "body": "<p>x</p>"})
        self.assertEqual(self._closed(procedure), [])
        procedure.with_user(self.users["practitioner"]).action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_missing_then_signed_then_withdrawn(self):
        self._publish()
        procedure = self.arrive()
        doctor = procedure.with_user(self.users["practitioner"])
        self.assertEqual(self._closed(procedure), ["consent-missing"])
        self.assertEqual(doctor.gate()[0]["text"], "Consent missing: Facial consent.")
        with self.assertRaisesRegex(GateClosed, "A consent is to be signed"), self.env.cr.savepoint():
            doctor.action_start()
        consent = self._sign(procedure.visit_id)
        self.assertEqual(self._closed(procedure), [])
        consent._withdraw("On the phone today, to Hina")
        self.assertEqual(self._closed(procedure), ["consent-withdrawn"])
        with self.assertRaises(GateClosed), self.env.cr.savepoint():
            doctor.action_start()
        self._sign(procedure.visit_id)
        doctor.action_start()
        self.assertEqual(procedure.state, "in_progress")

    def test_reception_learns_only_that_something_is_to_be_signed(self):
        self._publish("Fear of needles")
        procedure = self.arrive()
        [reason] = procedure.with_user(self.users["reception"]).gate()
        self.assertEqual((reason["text"], reason["can_override"]), ("A consent is to be signed.", False))

    def test_only_a_practitioner_overrides_with_a_reason_that_is_logged(self):
        form = self._publish()
        procedure = self.arrive()
        key = f"consent-missing-{form.id}"
        for role in ("reception", "cosmetologist"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                procedure.with_user(self.users[role]).override_gate(key, "She has signed it on paper")
        doctor = procedure.with_user(self.users["practitioner"])
        doctor.override_gate(key, "She has signed it on paper")
        doctor.action_start()
        self.assertEqual(procedure.state, "in_progress")
        self.assertRecordValues(
            procedure.override_ids,
            [{"kind": "consent", "reason": "She has signed it on paper", "user_id": self.users["practitioner"].id}],
        )

    def test_it_expires_with_its_months(self):
        form = self._publish(validity="months", validity_months=6)
        procedure = self.arrive()
        now = fields.Datetime.now()
        consent = self._signed_on(procedure, form, now - relativedelta(months=6, days=2))
        self.assertEqual(consent.standing, "expired")
        self.assertEqual(self._closed(procedure), ["consent-expired"])
        self._signed_on(procedure, form, now - relativedelta(months=5))
        self.assertEqual(self._closed(procedure), [])

    def test_a_visit_beyond_its_months_is_not_asked_for_yet(self):
        self._publish(validity="months", validity_months=6)
        now = fields.Datetime.now()
        procedure = self.arrive()
        with freeze_time(now - relativedelta(months=7)):
            self.assertFalse(procedure.visit_id._consents_due(), "signed today it would not hold on that day")
        self.assertTrue(procedure.visit_id._consents_due())

    def test_the_terms_that_were_signed_hold_when_the_form_changes(self):
        form = self._publish(validity="procedure")
        self._sign(self.arrive().visit_id)
        form.write({"validity": "open"})
        self.assertEqual(self._closed(self.arrive(hours=3)), ["consent-missing"])
        with self.assertRaisesRegex(UserError, "make a new form"):
            form.kind = "photo"

    def test_a_withdrawal_is_of_all_that_was_signed_of_a_form(self):
        form = self._publish(validity="months", validity_months=6)
        procedure = self.arrive()
        now = fields.Datetime.now()
        early, late = (self._signed_on(procedure, form, now - relativedelta(months=ago)) for ago in (5, 1))
        late._withdraw("On the phone today, to Hina", "phone")
        self.assertEqual((early | late).mapped("standing"), ["withdrawn", "withdrawn"])
        self.assertEqual(self._closed(procedure), ["consent-withdrawn"])
        self._sign(procedure.visit_id)
        self.assertEqual(self._closed(procedure), [])

    def test_for_one_procedure_it_holds_for_no_other(self):
        self._publish(validity="procedure")
        first = self.arrive()
        self._sign(first.visit_id)
        self.assertEqual(self._closed(first), [])
        self.assertEqual(self._closed(self.arrive(hours=3)), ["consent-missing"])

    def test_a_new_version_asks_again_in_its_language_only(self):
        form = self._publish()
        self._add_text(form, "ur")
        procedure = self.arrive()
        self._sign(procedure.visit_id)
        urdu = form.version_ids.filtered(lambda version: version.lang == "ur")
        urdu.copy().action_publish()
        self.assertEqual(self._closed(procedure), [], "who has read English is not asked again for Urdu")
        form.version_ids.filtered(lambda version: version.lang == "en").copy().action_publish()
        self.assertEqual(self._closed(procedure), ["consent-outdated"])

    def test_another_treatment_or_product_needs_its_own(self):
        treatments = self.facial | self.laser
        self._publish(treatments=treatments, body="<p>{treatment} for {patient} with {product}</p>")
        facial = self.arrive()
        self._sign(facial.visit_id)
        self.assertEqual(self._closed(facial), [])
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            laser = self.arrive(self.laser, hours=4)
        self.assertEqual(self._closed(laser), ["consent-other"])
        product = self.env["product.product"].create({"name": "Gel", "type": "consu"})
        self.env["clinic.substance"].create(
            {"name": "Test Hyaluron", "product_ids": [Command.set(product.product_tmpl_id.ids)]}
        )
        protocol = self.env["clinic.protocol"].create(
            {"treatment_id": self.facial.id, "item_ids": [Command.create({"product_id": product.id})]}
        )
        protocol.action_publish()
        self.assertEqual(self._closed(facial), ["consent-other"], "the kit has another product now")
        self._sign(facial.visit_id)
        self.assertEqual(self._closed(facial), [])

    def test_a_category_asks_for_the_treatments_below_it(self):
        self.env["clinic.consent.template"].create(
            {"name": "All skin", "category_ids": [Command.set(self.category.ids)]}
        )
        form = self.env["clinic.consent.template"].search([("name", "=", "All skin")])
        self._add_text(form)
        self.assertEqual(self._closed(self.arrive()), ["consent-missing"])

    def test_what_is_not_mandatory_never_closes_the_gate(self):
        self._publish(mandatory=False)
        procedure = self.arrive()
        self.assertEqual(self._closed(procedure), [])
        self.assertTrue(procedure.visit_id.has_consents_due, "but it is offered")

    def test_what_a_merged_entry_has_signed_counts(self):
        self._publish()
        procedure = self.arrive()
        consent = self._sign(procedure.visit_id)
        twin = self.env["clinic.patient"].create({"name": "Ayesha Twin"})
        wizards = self.env["clinic.patient.merge.wizard"].with_user(self.users["manager"])
        wizards.create({"kept_id": twin.id, "merged_id": self.patient.id}).action_merge()
        self.env.invalidate_all()
        self.assertEqual(consent.patient_id, self.patient, "it stays with the entry for whom it was signed")
        self.assertEqual(procedure.patient_id, twin)
        self.assertEqual(self._closed(procedure), [])

    def test_the_board_says_it_before_the_patient_comes_at_one_more_statement(self):
        procedures = [self.arrive(hours=hours) for hours in (1, 2, 3)]
        day = procedures[0]._local_day()
        board = self.env["clinic.board"].with_user(self.users["reception"])
        board.load(day=day)
        before = self._count(lambda: board.load(day=day))
        self._publish("Fear of needles")
        board.load(day=day)
        self.assertEqual(self._count(lambda: board.load(day=day)) - before, 1)
        flags = self._flags(board.load(day=day))
        self.assertEqual(flags, ["Consent to be signed"] * 3)
        my_day = self.env["clinic.my.day"].with_user(self.users["practitioner"])
        cards = my_day.load(day=day)["procedures"]
        self.assertEqual(
            {flag["label"] for card in cards for flag in card["flags"] if flag["kind"] == "consent"},
            {"To sign: Fear of needles"},
        )
        self._sign(procedures[0].visit_id)
        self.assertEqual(self._flags(board.load(day=day)), [])

    def _count(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def _flags(self, loaded):
        return [
            flag["label"]
            for card in loaded["procedures"]
            for flag in card["flags"]
            if flag["kind"] == "consent" and card["patient_id"] == self.patient.id
        ]

    def test_a_day_of_procedures_is_one_statement(self):
        self._publish()
        procedure = self.arrive()
        asked = procedure._consent_asked() * 300
        need = self.env["clinic.consent.need"]
        need._find(asked[:1])
        with self.assertQueryCount(1):
            found = need._find(asked)
        self.assertEqual(len(found), 300)
