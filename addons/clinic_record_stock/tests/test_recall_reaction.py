from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic.tests.common import ClinicCommon
from odoo.addons.clinic_record.tests.common import RecordMixin
from odoo.addons.clinic_stock.tests.recall_common import RecallMixin


@tagged("post_install", "-at_install")
class TestRecallReaction(RecordMixin, RecallMixin, ClinicCommon):
    """Who reacted to the recalled lot is seen by those who treat, and by nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_recall()
        cls.kind = cls.env["clinic.risk.kind"].create({"name": "Test Ptosis", "type": "reaction"})
        cls.reaction = cls._react(cls.patient)
        cls.recall = cls._open("practitioner")
        cls.env.invalidate_all()

    @classmethod
    def _react(cls, patient, **vals):
        """Record that ``patient`` reacted to the toxin in the first procedure in which it was used on them."""
        procedure = cls.env["clinic.procedure"].search([("patient_id", "=", patient.id)], order="start", limit=1)
        values = {
            "procedure_id": procedure.id,
            "product_id": cls.toxin.id,
            "kind_id": cls.kind.id,
            "grade": "3",
            "onset": procedure.started_at,
            **vals,
        }
        with freeze_time(procedure.stop):
            return cls.env["clinic.reaction"].create(values)

    def test_reactions_to_the_lot_are_counted(self):
        line = self._line(self.recall, self.patient)
        self.assertEqual((line.reaction_ids.ids, line.reaction_count), (self.reaction.ids, 1))
        self.assertEqual(self._line(self.recall, self.bilal).reaction_count, 0)
        self.assertEqual(self.recall.reaction_count, 1)

    def test_those_to_another_lot_are_not(self):
        self._react(self.bilal).lot_id = self.lot_soon
        self.assertEqual(self._line(self.recall, self.bilal).reaction_count, 0)

    def test_those_of_which_nobody_knows_the_lot_are(self):
        self._react(self.bilal).lot_id = False
        self.assertEqual(self._line(self.recall, self.bilal).reaction_count, 1)

    def test_the_list_of_who_treats_tells_them(self):
        line = self._line(self.recall, self.patient)
        self.assertEqual(line._prepare_columns()["Reactions"](line), "Test Ptosis, grade 3")

    def test_the_manager_does_not_see_them(self):
        recall = self.recall.with_user(self.users["manager"])
        line = self._line(recall, self.patient)
        self.assertNotIn("Reactions", line._prepare_columns())
        for records, name in ((line, "reaction_ids"), (line, "reaction_count"), (recall, "reaction_count")):
            with self.subTest(records=records, name=name), self.assertRaises(AccessError):
                records.read([name])
