import json

from odoo.tests import tagged

from odoo.addons.clinic_followup.tests.common import FollowupMixin
from odoo.addons.clinic_signal.tests.common import SignalCommon

MARK = "Zq7Marker"


@tagged("post_install", "-at_install")
class TestAsked(FollowupMixin, SignalCommon):
    """Who asks for a call is due at once; reception learns the number and the time, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_followup()
        cls.env.ref("clinic_followup_signal.rule_asked").active = True

    def setUp(self):
        super().setUp()
        self.procedure = super(FollowupMixin, self)._treated()
        self.env["clinic.signal.symptom"].create({"name": f"{MARK} symptom"})

    def _asks(self, **values):
        symptom = self.env["clinic.signal.symptom"].search([("name", "like", MARK)])
        call = {"call": True, "number": "0300 7654321", "when": "evening"}
        return self._report(self.procedure, symptoms=symptom.ids, words=f"{MARK} words", **{**call, **values})

    def test_the_call_is_first_on_the_list_without_a_word_of_why(self):
        self._asks()
        due = self._list()
        [row] = due.load()["rows"]
        self.assertEqual((row["name"], row["reasons"]), ("Ayesha Test", ["Asked to be called"]))
        call = due.open_call(self.patient.id)
        self.assertEqual(call["recalls"][0]["asked"], {"number": "0300 7654321", "when": "In the evening"})
        self.assertNotIn(MARK, json.dumps([row, call]))

    def test_without_a_wish_nobody_calls(self):
        self._asks(call=False)
        self.assertEqual(self._of(), {})

    def test_to_have_spoken_is_enough(self):
        report = self._asks()
        due = self._list()
        due.open_call(self.patient.id)
        due.note(self.patient.id, "reached")
        self.assertEqual(self._of(), {"asked": "done"})
        self.assertEqual(report.state, "open", "what is behind it is not reception's to close")
        self._look()
        self.assertEqual(self._of(), {"asked": "done"})

    def test_who_treats_and_closes_it_spares_the_call(self):
        report = self._asks()
        report.with_user(self.users["practitioner"])._close("nothing")
        self.assertEqual(self._of(), {"asked": "settled"})
