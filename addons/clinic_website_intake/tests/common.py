from odoo import Command, fields
from odoo.tests import HttpCase

from odoo.addons.clinic_website.tests.common import OnlineCommon

SECRET = "Methotrexate"
PREGNANT = {
    "code": "pregnancy_now",
    "label": "Are you pregnant?",
    "mandatory": True,
    "online_if": "yes",
    "online_then": "call",
}
TESTED = {
    "code": "tested",
    "label": "Was your skin tested?",
    "mandatory": True,
    "online_if": "no",
    "online_then": "patch",
}
TAKES = {"code": "takes_any", "label": "Do you take medicine?", "mandatory": True, "asks_which": True}
WHICH = {
    "code": "takes",
    "label": "Which ones?",
    "kind": "lines",
    "parent_code": "takes_any",
    "parent_answer": "yes",
    "about": "medication",
}
HEAR = {"code": "sun", "label": "How often are you in the sun?", "kind": "choice", "choices": "Never\nOften"}


class QuestionCommon(OnlineCommon, HttpCase):
    """Questions before the laser is booked online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["clinic.intake.form"].search([]).active = False
        cls.form = cls.env["clinic.intake.form"].create(
            {"name": "Before laser", "is_online": True, "treatment_ids": [Command.set(cls.laser.ids)]}
        )
        cls.version = cls._publish(PREGNANT, TESTED, TAKES, WHICH, HEAR)
        # No deposit: what is booked is booked.
        cls.env["clinic.deposit.rule"].search([]).active = False
        cls.answers = cls.env["clinic.online.answer"].sudo()
        cls.env.flush_all()

    @classmethod
    def _publish(cls, *questions):
        commands = [Command.create({"sequence": at, **question}) for at, question in enumerate(questions)]
        version = cls.env["clinic.intake.version"].create({"form_id": cls.form.id, "question_ids": commands})
        version.action_publish()
        return version

    def setUp(self):
        super().setUp()
        self.env["clinic.link.guess"].sudo().search([]).unlink()

    def _values(self, version=None, **answers):
        said = {"pregnancy_now": "no", "tested": "yes", "takes_any": "no", **answers}
        questions = {question.code: question.id for question in (version or self.version).question_ids}
        whom = said.pop("whom", "me")
        return {"filled": "1", "whom": whom, **{f"q{questions[code]}": answer for code, answer in said.items()}}

    def _answer(self, *treatments, version=None, **answers):
        treatments = treatments or (self.laser,)
        page = self._get(self._path("ask", *treatments))
        values = self._values(version, **answers)
        return self._send(self._path("ask"), page, t=[one.id for one in treatments], **values)

    def _hold(self, *treatments):
        start = fields.Datetime.to_string(self._at(10))
        page = self._get(self._path("wait", self.laser))
        return self._send(self._path("hold"), page, t=[one.id for one in treatments or (self.laser,)], start=start)

    def _holds(self):
        return self.holds.search([("company_id", "=", self.branch.id)])

    def _booked(self):
        domain = [("is_booked_online", "=", True), ("company_id", "=", self.branch.id)]
        return self.env["clinic.visit"].search(domain, order="id desc", limit=1)
