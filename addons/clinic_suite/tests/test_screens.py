import json

from odoo.tests import HttpCase, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin
from odoo.addons.clinic_stock.tests.recall_common import RecallMixin

READY = "odoo.isReady && odoo.__WOWL_DEBUG__ !== undefined"
# Opens each screen in turn. What fails to draw, and every error that is told, makes the test fail.
OPEN_ALL = """
(async () => {
    const { action, dialog } = odoo.__WOWL_DEBUG__.root.env.services;
    for (const [name, viewType, resId] of %s) {
        const options = { clearBreadcrumbs: true };
        if (viewType) {
            options.viewType = viewType;
        }
        if (resId) {
            options.props = { resId };
        }
        try {
            await action.doAction(name, options);
        } catch (error) {
            console.error(`${name}, ${viewType}: ${error.cause || error}`);
            return;
        }
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const told = document.querySelector(".o_error_dialog, .o_notification .bg-danger");
        if (told) {
            console.error(`${name}, ${viewType}: ${told.innerText}`);
            return;
        }
        dialog.closeAll();
    }
    console.log("test successful");
})()
"""


class ScreensCommon(RecallMixin, AccountMixin, AccountTestInvoicingCommon, HttpCase):
    """Every screen to which a role's menus lead is drawn in a browser, with something on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_accounting()
        cls.setup_recall()
        # A till is counted once its journal pays into its own account.
        cash = cls.company_data["default_journal_cash"]
        cash.inbound_payment_method_line_ids.payment_account_id = cash.default_account_id
        cash.outbound_payment_method_line_ids.payment_account_id = cash.default_account_id
        # Two branches, and one of them chosen: what another branch has must not stand in the way.
        cls.users["manager"].company_ids |= cls.other
        cls._open()
        cls._setup_vials()
        cls.env["stock.quant"]._update_available_quantity(cls.toxin, cls.location, 200, lot_id=cls.lot_soon)
        for day in (6, 7):
            # One vial that was discarded, and one that is open.
            cls.env["clinic.open.vial"].search([]).discard(cls.env.ref("clinic_stock.scrap_reason_leftover"))
            cls._use(cls.patient, 5, day=day, lot=cls.lot_soon)
        for counted in (12, 11):
            cls._count(cls.gloves, counted, cls.env["stock.lot"])

    def _screens(self, user):
        """Return (action, type of view, id of the record) of all screens behind the menus of ``user`` in the clinic."""
        menus = self.env["ir.ui.menu"].with_user(user)
        root = self.env.ref("clinic.menu_root")
        visible = menus._visible_menu_ids()
        screens = []
        for menu in menus.sudo().search([("id", "child_of", root.id), ("action", "!=", False)]):
            # A menu under one that is hidden is hidden as well.
            if visible.issuperset(map(int, menu.parent_path.strip("/").split("/"))):
                screens += self._views(menu.action.sudo(), user)
        return screens

    def _views(self, action, user):
        name = next(iter(action.get_external_id().values()))
        if action._name != "ir.actions.act_window":
            return [(name, None, None)]
        screens = []
        for view_type in action.view_mode.split(","):
            record = self.env[action.res_model].with_user(user)
            if view_type == "form" and action.target != "new":
                record = record.with_company(self.branch).search([], limit=1)
                if not record:
                    continue
            screens.append((name, view_type, record.id if view_type == "form" else None))
        return screens

    def _open_all(self, *roles):
        for role in roles:
            screens = self._screens(self.users[role])
            with self.subTest(role=role):
                self.assertTrue(screens)
                self.browser_js("/odoo", OPEN_ALL % json.dumps(screens), READY, self.users[role].login, timeout=180)


@tagged("post_install", "-at_install")
class TestScreens(ScreensCommon):
    browser_size = "1366x768"

    def test_at_the_desk(self):
        self._open_all("reception", "practitioner", "cosmetologist", "warehouse", "accountant", "manager")


@tagged("post_install", "-at_install")
class TestScreensOnAPhone(ScreensCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_on_a_phone(self):
        self._open_all("warehouse", "practitioner")
