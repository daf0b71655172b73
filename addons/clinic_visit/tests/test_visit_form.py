from odoo.tests import Form, tagged

from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestVisitForm(VisitCommon):
    def test_reception_books_with_patient_time_and_treatment_alone(self):
        form = Form(self.env["clinic.visit"].with_user(self.users["reception"]))
        form.patient_id = self.patient
        form.start = self._at(11)
        with form.procedure_ids.new() as line:
            line.treatment_id = self.laser
            self.assertEqual(line.start, self._at(11))
            self.assertEqual(line.practitioner_id, self.doctor)
            self.assertEqual(line.device_id, self.device)
        visit = form.save()
        self.assertEqual(visit.state, "booked")
        self.assertEqual(visit.procedure_ids.stop, self._at(11, 45))
        self.assertEqual(visit.stop, self._at(11, 45))

    def test_names_of_visits_tell_nothing_but_the_number(self):
        visit = self.book()
        self.assertEqual(visit.display_name, visit.name)
        self.assertEqual(visit.procedure_ids.display_name, visit.name)

    def test_the_patients_form_counts_and_opens_visits(self):
        self.book()
        self.assertEqual(self.patient.visit_count, 1)
        action = self.patient.action_view_visits()
        self.assertEqual(len(self.env["clinic.visit"].search(action["domain"])), 1)

    def test_today_shows_a_column_for_each_step_of_the_day(self):
        self.book()
        visits = self.env["clinic.visit"].with_context(read_group_expand=True)
        groups = visits.web_read_group([], ["state"])["groups"]
        states = [group["state"] for group in groups]
        for state in ("booked", "arrived", "in_progress", "done"):
            self.assertIn(state, states)
