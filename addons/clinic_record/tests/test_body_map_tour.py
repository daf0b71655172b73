from odoo.tests import HttpCase, tagged

from .common import RecordCommon


@tagged("post_install", "-at_install")
class TestBodyMapTour(RecordCommon, HttpCase):
    """The body map on a tablet: pins are set by taps; the next time the map is copied and corrected."""

    browser_size = "1024x768"
    touch_enabled = True

    def test_set_and_copy(self):
        self.env["product.product"].create({"name": "Tour Toxin", "type": "consu"})
        first = self.start_visit()
        self.start_tour(f"/odoo/clinic.procedure/{first.id}", "clinic_body_map", login="test_practitioner")
        self.assertEqual(first.state, "done")
        self.assertEqual(first.pin_ids.mapped("kind"), ["injection"] * 3 + ["lesion"])
        self.assertEqual(first.pin_ids.mapped("quantity"), [4, 4, 4, 0])
        self.be_earlier(first)
        second = self.start_visit()
        self.start_tour(f"/odoo/clinic.procedure/{second.id}", "clinic_body_map_copy", login="test_practitioner")
        self.assertEqual(len(second.pin_ids), 4)
        self.assertGreater(second.pin_ids[0].x, first.pin_ids[0].x)
