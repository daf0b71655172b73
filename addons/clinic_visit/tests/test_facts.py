from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..models.clinic_availability_facts import ONLY_CHANGES, SOURCES
from .common import VisitCommon


@tagged("post_install", "-at_install")
class TestFacts(VisitCommon):
    """What is remembered about a branch is never out of date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.availability = cls.env["clinic.availability"]
        # Authorized by a category above that of the treatment.
        cls.above = cls.env["product.category"].create({"name": "Above"})
        cls.category.parent_id = cls.above
        cls.doctor.authorization_ids.category_id = cls.above

    def starts(self):
        slots = self.availability.find_slots(self.laser, self._at(8), self._at(20))
        return [self.branch._clinic_local(slot["start"]).strftime("%H:%M") for slot in slots]

    def execute(self, query, *values):
        self.env.cr.execute(query, values)

    def versions(self):
        self.execute("SELECT source, version FROM clinic_fact")
        return dict(self.env.cr.fetchall())

    def test_a_search_after_another_reads_fewer_tables(self):
        self.starts()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.starts()

    def test_each_source_is_watched(self):
        for model, names in SOURCES.items():
            for field in (self.env[model]._fields[name] for name in names):
                watched = field.relation if field.type == "many2many" else self.env[model]._table
                column = field.column2 if field.type == "many2many" else field.name
                before = self.versions()
                with self.subTest(model=model, field=field.name), self.env.cr.savepoint() as savepoint:
                    # Not the ORM: anyone who changes it, by whatever way.
                    table, name = SQL.identifier(watched), SQL.identifier(column)
                    self.env.cr.execute(SQL("UPDATE %s SET %s = %s", table, name, self._value(model, column, name)))
                    after = self.versions()
                    self.assertEqual({key for key in after if after[key] != before[key]}, {watched})
                    savepoint.rollback()

    def _value(self, model, column, name):
        """Return what to write: the value that is there, or for a model of which only changes count another one."""
        if model not in ONLY_CHANGES:
            return name
        field = self.env[model]._fields[column]
        if field.comodel_name == "res.partner":
            # Each user's own contact is another one by now.
            return self._other_contacts()
        if field.type == "many2one":
            first, second = (*self.env[field.comodel_name].search([], limit=2).ids, None)[:2]
            return SQL("CASE %s WHEN %s THEN %s ELSE %s END", name, first, second, first)
        return SQL("%s IS NOT TRUE", name) if field.type == "boolean" else SQL("COALESCE(%s, 0) + 1", name)

    def _other_contacts(self):
        self.execute("SELECT max(id) FROM res_users")
        [(last,)] = self.env.cr.fetchall()
        contacts = self.env["res.partner"].create([{"name": "Other"}] * (last + 1))
        self.env.flush_all()
        return SQL("id + %s", contacts[0].id)

    def test_patients_who_sign_up_renew_nothing(self):
        before = self.versions()
        user = new_test_user(self.env, login="test_sign_up", groups="base.group_portal")
        user.name = "Somebody else"
        self.env.flush_all()
        self.assertEqual(self.versions(), before)

    def test_what_is_bought_and_sold_renews_nothing(self):
        before = self.versions()
        cream = self.env["product.template"].create({"name": "Cream", "list_price": 10})
        cream.list_price = 12
        self.env.flush_all()
        self.assertEqual(self.versions(), before)

    def test_a_treatment_is_booked_as_it_is_now(self):
        changes = {
            "duration": ({"treatment_duration": 75}, lambda visit: visit.stop == self._at(11, 15)),
            "kind of room": ({"room_kind_id": False}, lambda visit: not visit.procedure_ids.room_id),
            "buffer": (
                {"buffer_before": 25},
                lambda visit: min(visit.procedure_ids.reservation_ids.mapped("start")) == self._at(9, 35),
            ),
        }
        for name, (values, as_wanted) in changes.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.assertFalse(as_wanted(self.book()))
                savepoint.rollback()
                self.env.invalidate_all()
                self.facial.write(values)
                self.assertTrue(as_wanted(self.book()))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_treatment_that_is_new_or_gone(self):
        other = self.facial.copy({"name": "Other facial"})
        self.assertEqual(self.book(other).procedure_ids.treatment_id, other)
        deleted = self.facial.copy()
        self.availability._facts(self.branch)
        deleted.unlink()
        with self.assertRaisesRegex(UserError, "no longer exists"):
            self.book(deleted)
        self.facial.active = False
        with self.assertRaisesRegex(UserError, "is archived and no longer offered"):
            self.book()

    def test_anyone_who_may_not_read_a_treatment_books_it_not(self):
        reception = self.users["reception"]
        self.facial.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        visits = self.env["clinic.visit"].with_user(reception).with_company(self.branch)
        with self.assertRaises(AccessError):
            visits.book(self.patient.id, [self.facial.id], self._at(10))

    def test_what_no_search_needs_renews_nothing(self):
        before = self.versions()
        self.execute("UPDATE res_company SET email = 'x@example.com'")
        self.execute("UPDATE res_users SET signature = NULL")
        self.assertEqual(self.versions(), before)

    def test_each_change_counts_at_once(self):
        changes = {
            "hours": lambda: self.execute(
                "UPDATE resource_calendar_attendance SET hour_from = 12 WHERE calendar_id = %s", self.calendar.id
            ),
            "zone": lambda: self.execute("UPDATE resource_calendar SET tz = 'UTC' WHERE id = %s", self.calendar.id),
            "authorization": lambda: self.doctor.authorization_ids.unlink(),
            "practitioner": lambda: self.doctor.write({"active": False}),
            "employee": lambda: self.doctor.employee_id.write({"active": False}),
            "employee's resource": lambda: self.execute(
                "UPDATE resource_resource SET active = FALSE WHERE id = %s", self.doctor.resource_id.id
            ),
            "employee's departure": lambda: self.doctor.employee_id.write(
                {"departure_date": self._at(0, days=1).date()}
            ),
            "room's resource": lambda: self.rooms.resource_id.write({"active": False}),
            "device's resource": lambda: self.device.resource_id.write({"active": False}),
            "company": lambda: self.execute("UPDATE res_company SET active = FALSE WHERE id = %s", self.branch.id),
            "branch": lambda: self.doctor.write({"company_ids": [(5,)]}),
            "device": lambda: self.device.write({"active": False}),
            "room": lambda: self.rooms.write({"active": False}),
            "category": lambda: self.category.write({"parent_id": False}),
        }
        as_ever = self.starts()
        self.assertEqual(as_ever[0], "08:00")
        for name, change in changes.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                change()
                self.assertNotEqual(self._starts_or_refusal(), as_ever)
                savepoint.rollback()
                self.env.invalidate_all()
                self.assertEqual(self.starts(), as_ever, "as before, when the change is undone")

    def _starts_or_refusal(self):
        try:
            return self.starts()
        except UserError as refusal:
            return str(refusal)
