from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from odoo.addons.clinic_message.tests.common import MessageMixin
from odoo.addons.clinic_visit.tests.common import HomeMixin, VisitCommon


class FeedbackMixin(MessageMixin, HomeMixin):
    """A clinic that asks its patients three hours after each visit how it was."""

    @classmethod
    def setup_feedback(cls):
        cls.setup_messages()
        cls.feedback, cls.tasks = cls.env["clinic.feedback"], cls.env["clinic.feedback.task"]
        cls.env["ir.config_parameter"].sudo().set_param("clinic_message.trial", "False")
        cls.kind = cls.env.ref("clinic_feedback.kind_feedback")
        # Nothing else is due after a visit.
        cls.env["clinic.message.kind"].search([("id", "!=", cls.kind.id)]).active = False
        cls.branch.write(
            {
                "clinic_feedback_ask": True,
                "clinic_feedback_hours": 3,
                "clinic_feedback_days": 30,
                "clinic_feedback_review_url": "https://reviews.example/test-clinic",
                "clinic_message_manager_id": cls.users["manager"].id,
                "clinic_message_cap": 0,
            }
        )
        cls._open_around_the_clock()

    def _asked(self, visit):
        """Return the message by which the patient of ``visit`` is asked."""
        return self.messages.search([("visit_id", "=", visit.id), ("kind_id", "=", self.kind.id)])

    def _ask(self, visit):
        """Return the message that asks about ``visit``, written whatever time it is."""
        return self.messages._queue(self.kind, visit)

    def _link(self, message):
        return "/c/" + self.env["clinic.message.link"]._address(message, "feedback").rsplit("/", 1)[1]

    def _answer(self, visit=None, score=9, comment=False, wants_contact=False, **ago):
        """Return the answer of the patient about a visit that was done a while ago, by default about a new one."""
        visit = visit or self._performed(**(ago or {"hours": 4}))
        values = {"score": score, "comment": comment, "wants_contact": wants_contact, "page_key": "key"}
        return self.feedback._store(self._asked(visit)[:1] or self._ask(visit), values)

    def _visits(self, count, treatments=None, practitioner=None):
        """Return so many visits of as many patients, done one after the other before now."""
        patients = self.env["clinic.patient"].create(
            [{"name": f"Answers {number}", "email": f"p{number}@example.com"} for number in range(count)]
        )
        visits = self.env["clinic.visit"].with_company(self.branch)
        done = visits
        # Each has an hour of its own, also when this is called again.
        first = 2 + visits.search_count([("company_id", "=", self.branch.id)])
        for number, patient in enumerate(patients, first):
            with freeze_time(fields.Datetime.now() - timedelta(hours=2 * number)):
                visit = visits.book_walk_in(patient, treatments or [self.facial], practitioner or self.doctor)
                for procedure in visit.procedure_ids:
                    procedure.action_start()
                    procedure.action_done()
                visit.action_done()
            done |= visit
        return done

    def _score(self, scores, **kwargs):
        """Let each of as many patients answer with one of ``scores``; return the answers."""
        visits = self._visits(len(scores), **kwargs)
        return self.feedback.union(
            *(self._answer(visit, score=score) for visit, score in zip(visits, scores, strict=True))
        )


class FeedbackCommon(FeedbackMixin, VisitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_feedback()
