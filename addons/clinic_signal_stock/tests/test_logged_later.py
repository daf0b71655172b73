from odoo.tests import tagged

from .common import SignalStockCommon


@tagged("post_install", "-at_install")
class TestLoggedLater(SignalStockCommon):
    """What is logged after the report counts as what was logged before."""

    def _undo(self, procedure):
        """Take back what was used in ``procedure``, as who logged it."""
        used = self.env["clinic.consumption"].search([("procedure_id", "=", procedure.id), ("state", "=", "used")])
        used.with_user(self.users["practitioner"]).action_undo()
        self.env.flush_all()

    def test_a_lot_that_is_logged_after_the_report_alerts(self):
        other = self._with_lot(self.env["clinic.patient"].create({"name": "Chandni"}), self.lot_soon)
        reports = self._report(self.first) | self._report(other)
        self.assertFalse(self._alerts())
        other.with_user(self.users["practitioner"]).consume(self.toxin, 10, lot=self.lot_late)
        alert = self._alerts()
        self.assertEqual((alert.state, alert.signal_ids, alert.report_count), ("open", reports, 2))
        self.assertEqual(alert.activity_ids.user_id, self.users["practitioner"])

    def test_a_wrong_lot_that_is_corrected_leaves_one_alert_and_begins_another(self):
        self._report(self.first), self._report(self.second)
        self._undo(self.second)
        [alert] = self._alerts()
        self.assertEqual((alert.state, alert.report_count, alert.signal_ids.procedure_ids), ("open", 1, self.first))
        self.second.with_user(self.users["practitioner"]).consume(self.toxin, 20, lot=self.lot_late)
        self.assertEqual((self._alerts(), alert.report_count), (alert, 2))

    def test_an_item_of_a_procedure_without_a_report_alerts_nobody(self):
        self._report(self.first)
        self.second.with_user(self.users["practitioner"]).consume(self.toxin, 5, lot=self.lot_late)
        self.assertFalse(self._alerts())
