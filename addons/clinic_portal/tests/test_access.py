from datetime import timedelta

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_message.models import clinic_link_guess

from .common import PortalCommon

# Addresses about a patient; {visit} and {invoice} are of the patient who is asked for.
GETS = (
    "",
    "/visits",
    "/visits?page=7",
    "/visits/{visit}",
    "/visits/{visit}/move",
    "/invoices",
    "/invoices/{invoice}.pdf",
    "/messages",
    "/profile",
    "/looks",
    "/data.json",
    "/data.pdf",
)
POSTS = (
    "/visits/{visit}/confirm",
    "/visits/{visit}/cancel",
    "/visits/{visit}/move",
    "/pay/{visit}",
    "/messages",
    "/profile",
    "/language",
    "/consents",
)


@tagged("post_install", "-at_install")
class TestAccess(PortalCommon):
    """Another patient's pages give nothing, whatever is asked for and however."""

    def setUp(self):
        super().setUp()
        # So that all addresses can be tried: how guessing is slowed down has its own test.
        self.patch(clinic_link_guess, "MOST_GUESSES", 1000)
        self.invoice = self._charge()

    def _charge(self):
        visit = self._done(start=self._at(15))
        visit.action_checkout()
        invoice = visit.invoice_id
        if invoice.state == "draft":
            invoice.action_post()
        return invoice

    def _words(self):
        return {"visit": self.visit.id, "invoice": self.invoice.id}

    def _is_uniform(self, answers):
        """Check that ``answers`` are one and the same 404, but for what differs with every page."""
        self.assertEqual({answer.status_code for answer in answers}, {404})
        for answer in answers:
            self.assertIn("This page is not yours, or it is gone.", answer.text)
            for secret in ("Ayesha", "Facial", self.visit.name, self.invoice.name, "0300 1234567"):
                self.assertNotIn(secret, answer.text)

    def test_the_own_pages_are_there(self):
        self._sign_in()
        for path in GETS:
            with self.subTest(path=path):
                answer = self._get(path.format(**self._words()))
                self.assertEqual(answer.status_code, 200)
        self.assertIn("Ayesha Test", self._get().text)

    def test_another_patient_gets_nothing_by_any_address(self):
        self._sign_in(self.other)
        answers = [self._get(path.format(**self._words()), self.patient) for path in GETS]
        # The own address with another's numbers in it.
        answers += [self._get(path.format(**self._words()), self.stranger) for path in GETS if "{" in path]
        own = self._own_path("/messages", self.stranger)
        for patient in (self.patient, self.stranger):
            answers += [
                self._post(path.format(**self._words()), patient, own, start=self._start(), text="x", lang="en_US")
                for path in POSTS
                if patient == self.patient or "{" in path
            ]
        self._is_uniform(answers)
        self.env.invalidate_all()
        self.assertEqual((self.visit.state, self.visit.confirmed_at), ("booked", False))
        self.assertFalse(self.env["clinic.portal.message"].search([]))
        self.assertFalse(self.env["clinic.message.consent"].search([("source", "=", "portal")]))

    def test_nobody_is_let_in_without_a_login(self):
        self.authenticate(None, None)
        for path in GETS:
            answer = self._get(path.format(**self._words()))
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_unknown_and_hostile_numbers_are_as_another_patient(self):
        self._sign_in()
        answers = [self.url_open(f"/my/clinic/{number}") for number in (0, 999999999, 2**31, 10**30)]
        answers += [self._get(f"/visits/{number}") for number in (0, 2**31, 10**30)]
        answers += [self._get(f"/invoices/{number}.pdf") for number in (0, 2**31, 10**30)]
        self._is_uniform(answers)
        self.assertEqual(self._get(f"?patient={self.stranger.id}&patient_id={self.stranger.id}").status_code, 200)
        self.assertEqual(self._get("/visits?page=9999999999999").status_code, 200)

    def test_guessing_is_slowed_down(self):
        self.patch(clinic_link_guess, "MOST_GUESSES", 2)
        self._sign_in(self.other)
        codes = [self._get("", self.patient).status_code for _number in range(4)]
        self.assertEqual(codes, [404, 404, 429, 429])

    def test_a_guardian_sees_the_child_while_it_lasts(self):
        self._sign_in()
        self.assertIn("Child Test", self._get("", self.child).text)
        self.assertIn("Child Test", self._get().text, "and the way to it")
        for change, back in (
            (lambda: self._age(18, self.child), lambda: self._age(9, self.child)),
            (lambda: setattr(self.child, "active", False), lambda: setattr(self.child, "active", True)),
            (self.guardian.action_end, None),
        ):
            change()
            self.env.flush_all()
            self._is_uniform([self._get("", self.child), self._get("/visits", self.child)])
            self.assertNotIn("Child Test", self._get().text)
            if back:
                back()
                self.env.flush_all()
                self.assertEqual(self._get("", self.child).status_code, 200)

    def test_a_guardianship_that_has_not_begun_or_is_over(self):
        self.guardian.action_end()
        today = self.branch._clinic_today()
        self._name_guardian(self.patient.partner_id, self.child, date_from=today + timedelta(days=1))
        self._sign_in()
        self._is_uniform([self._get("", self.child)])

    def test_a_merged_patient_is_the_one_who_is_kept(self):
        twin = self.env["clinic.patient"].create({"name": "Ayesha Twin"})
        visit = self._book_for(twin, start=self._at(17))
        self.env["clinic.patient.merge"]._merge(self.patient, twin)
        self._sign_in()
        self._is_uniform([self._get("", twin)])
        self.assertEqual(self._get(f"/visits/{visit.id}").status_code, 200)

    def test_an_archived_patient_has_no_pages(self):
        self.patient.active = False
        self.guardian.action_end()
        self._sign_in()
        self._is_uniform([self._get()])
        self.assertEqual(self.url_open("/my/clinic", allow_redirects=False).headers["Location"][-8:], "/my/home")

    def test_staff_have_no_pages(self):
        self._sign_in(self.users["manager"])
        self._is_uniform([self._get()])

    def test_no_model_of_the_clinic_answers_a_patient_over_json_rpc(self):
        self._sign_in()
        models = [
            name for name, model in self.env.registry.items() if name.startswith("clinic.") and not model._abstract
        ]
        self.assertGreater(len(models), 40)
        for name in models:
            for method, args in (
                ("search_read", ([], ["display_name"])),
                ("search_count", ([],)),
                ("read", ([1], ["display_name"])),
                ("write", ([1], {})),
                ("create", ([{}],)),
                ("unlink", ([1],)),
            ):
                with self.subTest(model=name, method=method):
                    self.assertTrue(self._is_refused(name, method, args))
        for name in ("clinic.portal", "clinic.online"):
            self.assertTrue(self._is_refused(name, "search", ([],)))

    def _is_refused(self, model, method, args):
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        try:
            with mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.ir_model"):
                self.make_jsonrpc_request(f"/web/dataset/call_kw/{model}/{method}", params)
        except JsonRpcException as error:
            # One that is missing tells nothing, either.
            return any(kind in str(error) for kind in ("AccessError", "AttributeError", "MissingError"))
        return False

    def test_the_report_of_the_own_data_is_nobody_elses(self):
        self._sign_in(self.other)
        with mute_logger("odoo.http", "odoo.addons.web.controllers.report"):
            for kind in ("html", "pdf"):
                answer = self.url_open(f"/report/{kind}/clinic_portal.report_own_data/{self.patient.id}")
                self.assertNotEqual(answer.status_code, 200)
                self.assertNotIn("Ayesha", answer.text)
