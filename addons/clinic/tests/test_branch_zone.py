from odoo.tests import HttpCase, tagged

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestBranchZone(ClinicCommon, HttpCase):
    def test_the_browser_shows_the_branchs_time(self):
        self.browser_js(
            "/odoo",
            """
            const zone = luxon.DateTime.now().zoneName;
            if (zone === "Asia/Karachi") {
                console.log("test successful");
            } else {
                console.error(`times are shown in ${zone}`);
            }
            """,
            ready="odoo.isReady",
            login="test_reception",
        )
