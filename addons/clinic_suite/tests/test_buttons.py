from itertools import chain

from odoo.exceptions import AccessError
from odoo.tests import tagged

from . import press_plan
from .press_calls import Caller, Client
from .press_common import ErrorLog, Explorer, PressCommon, Pressed

# Who presses first: what one role has pressed in the browser, the next need not.
ROLES = ("manager", "practitioner", "reception", "warehouse", "accountant", "cosmetologist")

# What no press reaches, by the reason. Keep this short: a button that nobody presses is broken one day.
UNREACHED = {
    "shown beside a patient with an e-mail address; tests/test_recall.py sends such messages": (
        "clinic_stock.clinic_lot_recall_line_view_list#4:action_send",
    ),
    "in the list of a visit at whose checkout a package is sold; clinic_package's test_sale.py presses it": (
        "clinic_package.clinic_visit_view_form#2:action_take_off",
    ),
    "for a till that is handed over; clinic_till's test_closing.py hands one over": (
        "clinic_till.clinic_till_closing_view_form#2:action_close",
    ),
    "for a camera, which the browser of this test has not; the tour of the guided camera takes photos": (
        "clinic_photo.GuidedCamera#7",
    ),
    "for a camera, which reads barcodes; clinic_checkout's tests add what was scanned": ("clinic_checkout.Checkout#3",),
    "for a visit whose invoice the accountant has set back to draft; clinic_checkout's test_pay.py meets one": (
        "clinic_checkout.Checkout#2",
    ),
    "beside a tip or a credit of the patient; the tests of the checkout call what they do": (
        *(f"clinic_checkout.Checkout#{number}" for number in (11, 14)),
    ),
    "for a photo of the protocol's plan; the tour of the guided camera opens one": ("clinic_photo.TreatmentPhotos#1",),
    "after points or masks are drawn with a pointer; the tours of clinic_photo draw them": (
        "clinic_photo.PhotoViewer#11",
        "clinic_photo.ExportDialog#1",
    ),
    "for a portfolio of more than a page; test_uses.py asks for the next one": ("clinic_photo.PhotoPortfolio#2",),
    "while a tablet waits, which it does for a minute; the tour of clinic_consent presses them": (
        *(f"clinic_consent.HandOver#{number}" for number in (1, 2)),
    ),
    "in a corner of every page while an upload has failed; a tour of clinic_photo presses them": (
        *(f"clinic_photo.UploadTray#{number}" for number in (1, 2)),
    ),
    "after files were chosen, or one was deleted; the tours of clinic_document press them": (
        *(f"clinic_document.UploadDialog#{number}" for number in range(1, 4)),
        "clinic_document.PatientDocuments#3",
    ),
}


@tagged("post_install", "-at_install")
class TestButtons(PressCommon):
    """Every button of ours is pressed: in a browser by a role that sees it, and by all roles' calls."""

    def test_every_button_in_the_browser(self):
        pressed = Pressed("browser", {*self.view_marks, *self.gear_marks.values(), *self.template_marks})
        for role in ROLES:
            with self._browser(role) as go:
                explorer = Explorer(role, go, pressed)
                self._press_views(role, explorer)
                self._press_gears(role, explorer)
                self._open_screens(role, explorer)
                for place in self.places.get(role, ()):
                    explorer.open(place)
                explorer.explore()
        self._judge(pressed)

    def test_every_role_by_the_calls_of_the_web_client(self):
        pressed = Pressed("calls", set())
        with ErrorLog() as log:
            saved = self.cr.savepoint(flush=False)

            def undo():
                saved.rollback()
                self.env.invalidate_all(flush=False)
                return log.take()

            for role in ROLES:
                self.authenticate(self.users[role].login, self.users[role].login)
                caller = Caller(role, Client(self, self.branch.ids), pressed, undo)
                self._call_menus(role, caller)
                for screen in press_plan.screens(self.env):
                    caller.call_screen(self._as(role, screen), screen)
            saved.close(rollback=True)
        self._judge(pressed)

    def _judge(self, pressed):
        report = pressed.report(self.template_marks)
        self.assertFalse(pressed.errors, report)
        known = {mark for marks in UNREACHED.values() for mark in marks}
        self.assertFalse(pressed.expected - set(pressed.reached) - known, report)

    def _as(self, role, screen):
        env = self.env(user=self.users[role], context={"allowed_company_ids": self.branch.ids})
        return env[screen.model].with_context(**screen.context)

    def _menus(self, role):
        """Return the menus of the clinic that ``role`` sees and that open something."""
        menus = self.env["ir.ui.menu"].search(
            [("id", "child_of", self.env.ref("clinic.menu_root").id), ("action", "!=", False)]
        )
        visible = menus.with_user(self.users[role])._visible_menu_ids()
        # A menu under one that is hidden is hidden as well.
        return menus.filtered(lambda menu: visible.issuperset(map(int, menu.parent_path.strip("/").split("/"))))

    def _open_screens(self, role, explorer):
        """Open the screens of our own behind the menus of ``role``."""
        for menu in self._menus(role):
            if menu.action._name == "ir.actions.client":
                explorer.open(press_plan.Place(menu.action.get_external_id()[menu.action.id]))

    def _call_menus(self, role, caller):
        for menu in self._menus(role):
            caller.attempt(f"menu {menu.complete_name}", caller.client.open, menu.action.id)

    def _press_views(self, role, explorer):
        for screen in press_plan.screens(self.env):
            model = self._as(role, screen)
            try:
                model.check_access("read")
                arch = model.get_view(screen.view_id, screen.view_type)["arch"]
            except AccessError:
                continue
            for button in press_plan.buttons(arch):
                if button.mark not in explorer.pressed.reached:
                    explorer.press_button(screen, button, self._candidates(model, screen, button))

    def _press_gears(self, role, explorer):
        """Press what stands behind the gear of the models' own views."""
        actions = self.env["ir.actions.actions"].browse(self.gear_marks)
        for name in set(actions.mapped("binding_model_id.model")):
            screens = [press_plan.Screen(name, view_type, False, {}) for view_type in ("form", "list")]
            model = self._as(role, screens[0])
            if not model.has_access("read"):
                continue
            views = model.get_views([[False, screen.view_type] for screen in screens], {"toolbar": True})["views"]
            records = model.search([], limit=3)
            for screen in screens:
                for item in chain(*views[screen.view_type].get("toolbar", {}).values()):
                    mark = self.gear_marks.get(item["id"])
                    if mark and mark not in explorer.pressed.reached:
                        explorer.press_gear(screen, mark, item, records)

    def _candidates(self, model, screen, button):
        """Return what to open to see the button: records that show it, one after another."""
        if model._transient:
            return [model]
        records = model.search([], limit=200)
        if model._active_name:
            # Some buttons are for what is archived.
            records += model.search([(model._active_name, "=", False)], limit=20)
        if screen.view_type == "kanban":
            # What a card shows is known to the browser alone.
            return [records]
        found = [record for record in records if press_plan.shows(button, record)][:3]
        if not found and screen.view_type == "form" and model.has_access("create"):
            # What is shown on no record may be shown on a new one.
            return [model]
        return found
