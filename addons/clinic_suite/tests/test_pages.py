from odoo.tests import HttpCase, tagged

from odoo.addons.clinic.tests.browsers import BrowserMixin
from odoo.addons.clinic_intake.tests.common import IntakeMixin
from odoo.addons.clinic_portal.tests.common import PortalCommon

MINE = "/my/clinic/<int:patient_id>"
# Pages for visitors and patients that axe-core looks at here, with what the addresses are filled in.
LOOKED_AT = (
    "/c/<string:token>",
    "/clinic/consent/check/<string:digest>",
    "/clinic/kiosk",
    "/clinic/kiosk/register/<string:code>",
    "/clinic/pay/done",
    "/clinic/pay/<string:token>",
    "/clinic/report/<string:token>",
    "/clinic/report/thanks",
    "/clinic/sign/<string:token>",
    "/clinic/sign/thanks",
    "/my",
    "/my/consents",
    "/my/documents",
    "/my/photos",
    MINE,
    f"{MINE}/devices",
    f"{MINE}/invoices",
    f"{MINE}/looks",
    f"{MINE}/messages",
    f"{MINE}/profile",
    f"{MINE}/summary",
    f"{MINE}/visits",
    f"{MINE}/visits/<int:visit_id>",
    f"{MINE}/visits/<int:visit_id>/move",
)
TABS = ("devices", "invoices", "looks", "messages", "profile", "summary", "visits")
# All others, by why they are not looked at here.
OTHERS = {
    "clinic_website's test_accessible.py and test_tour_known.py look at it": (
        "/book",
        "/book/<int:branch_id>",
        "/book/<int:branch_id>/details",
        "/book/<int:branch_id>/wait",
        "/book/<int:branch_id>/waits",
        "/book/<int:branch_id>/when",
        "/book/<int:branch_id>/who",
        "/book/code",
        "/book/confirm",
        "/book/done",
    ),
    "clinic_website_intake's test_accessible.py looks at it": ("/book/<int:branch_id>/ask",),
    "it leads to another page": ("/clinic/call", "/my/clinic"),
    "for programs": ("/clinic/health", "/clinic/message/in/<string:token>", "/clinic/metrics"),
    "a file": (
        "/book/sitemap.xml",
        "/clinic_website/embed.js",
        "/book/face/<int:practitioner_id>",
        "/clinic/consent/<string:uuid>.pdf",
        "/clinic/document/<string:uuid>",
        "/clinic/lot-recall/<int(max=2147483647):recall_id>/patients.xlsx",
        "/clinic/photo/<string:uuid>/<string:variant>",
        "/clinic_commission/payroll",
        "/my/consents/<string:uuid>.pdf",
        f"{MINE}/data.json",
        f"{MINE}/data.pdf",
        f"{MINE}/invoices/<int:invoice_id>.pdf",
        f"{MINE}/packages/<int:course_id>.pdf",
        f"{MINE}/summary.pdf",
    ),
}


class PagesCommon(BrowserMixin, IntakeMixin, PortalCommon, HttpCase):
    """Every page that visitors and patients see is looked at by axe-core, or stands in a list with the reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.done = cls._done(start=cls._at(15))
        cls.done.action_checkout()
        if cls.done.invoice_id.state == "draft":
            cls.done.invoice_id.action_post()
        # From now on.
        cls._publish()
        cls._publish_intake()
        cls.to_sign = cls.book(start=cls._at(12), practitioner=cls.doctor)
        cls.branch.clinic_portal_summary = True
        summaries = cls.env["clinic.summary"].with_user(cls.users["practitioner"])
        summaries.create({"patient_id": cls.patient.id, "text": "- No penicillin."}).action_release()

    def _of_message(self, kind, visit, *purposes):
        """Return the paths of the links in a message about ``visit``."""
        message = self.env["clinic.message"].sudo()._queue(self.env.ref(kind).sudo(), visit)[:1]
        links = self.env["clinic.message.link"]
        return [self._path(links._address(message, purpose)) for purpose in purposes]

    def _path(self, address):
        return "/" + address.split("/", 3)[3]

    def _public_paths(self):
        """Return {route: [path]} of what is seen without signing in."""
        tablet = self.env["clinic.consent.device"].sudo().create({"name": "Tablet"})
        signals = self.env["clinic.signal.link"].with_user(self.users["reception"])
        debt = self.env["clinic.payment.link"].sudo()._of(self.done)
        return {
            "/c/<string:token>": [
                *self._of_message("clinic_message.kind_reminder_days", self.visit, "link", "stop"),
                *self._of_message("clinic_feedback.kind_feedback", self.done, "feedback"),
                "/c/unknown",
            ],
            "/clinic/consent/check/<string:digest>": [f"/clinic/consent/check/{'0' * 64}"],
            "/clinic/kiosk": ["/clinic/kiosk"],
            "/clinic/kiosk/register/<string:code>": [self._path(tablet.action_register()["params"]["url"])],
            # Of one who has paid nothing in this browser.
            "/clinic/pay/done": ["/clinic/pay/done"],
            "/clinic/pay/<string:token>": [self._path(debt._address())] if debt else [],
            "/clinic/report/<string:token>": [self._path(signals._hand_over(self.patient, self.branch))],
            "/clinic/report/thanks": ["/clinic/report/thanks"],
            "/clinic/sign/<string:token>": [self._request(self.to_sign)[1]],
            "/clinic/sign/thanks": ["/clinic/sign/thanks"],
        }

    def _own_paths(self):
        """Return {route: [path]} of what a patient sees who is signed in."""
        mine = f"/my/clinic/{self.patient.id}"
        visit = f"{mine}/visits/{self.visit.id}"
        return {
            "/my": ["/my"],
            "/my/consents": ["/my/consents"],
            "/my/documents": ["/my/documents"],
            "/my/photos": ["/my/photos"],
            MINE: [mine, f"/my/clinic/{self.child.id}", "/my/clinic/999999"],
            **{f"{MINE}/{one}": [f"{mine}/{one}"] for one in TABS},
            f"{MINE}/visits/<int:visit_id>": [visit],
            f"{MINE}/visits/<int:visit_id>/move": [f"{visit}/move"],
        }

    def _look(self, paths, user, lang):
        broken, seen = [], set()
        self.env.flush_all()
        with self._browsing("/my" if user else "/book", user) as browser:
            self._prefer(browser, lang)
            for route, some in paths.items():
                for path in some:
                    self._open(browser, path)
                    is_there = f"document.readyState === 'complete' && location.pathname.endsWith('{path}')"
                    self.assertTrue(browser._wait_ready(is_there, timeout=20), path)
                    try:
                        self.assert_accessible(browser, path)
                    except AssertionError as error:
                        broken.append(str(error))
                    seen.add(route)
        return broken, seen

    def _check(self, lang="en_US"):
        if lang != "en_US":
            self.env["res.lang"]._activate_lang(lang)
            (self.me.partner_id | self.patient.partner_id).lang = lang
        public, own = self._public_paths(), self._own_paths()
        broken, seen = self._look(public, None, lang)
        more, also = self._look(own, self.me, lang)
        self.assertFalse(broken + more, "\n\n".join(broken + more))
        self.assertEqual(seen | also, set(LOOKED_AT))


@tagged("post_install", "-at_install")
class TestPhone(PagesCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_every_page_is_looked_at(self):
        """A route that is new is looked at, or says why not."""
        known = {*LOOKED_AT, *(one for some in OTHERS.values() for one in some)}
        ours, missing = set(), []
        # A server makes the map, for its first request.
        self.url_open("/book")
        for rule in self.env["ir.http"].routing_map().iter_rules():
            routing = rule.endpoint.routing
            is_ours = rule.endpoint.__module__.startswith("odoo.addons.clinic")
            is_page = routing["type"] == "http" and "GET" in (rule.methods or ["GET"])
            if not is_ours or not is_page:
                continue
            ours.add(rule.rule)
            # What Odoo itself has is Odoo's page.
            if rule.rule not in known and rule.rule.startswith(("/book", "/c/", "/clinic", "/my/c", "/my/d", "/my/ph")):
                missing.append(rule.rule)
        self.assertFalse(missing)
        self.assertFalse(known - ours, "no such routes")

    def test_no_rule_is_broken_on_a_phone(self):
        self._check()

    def test_no_rule_is_broken_from_right_to_left(self):
        self._check("ar_001")


@tagged("post_install", "-at_install")
class TestDesk(PagesCommon):
    browser_size = "1366x768"

    def test_no_rule_is_broken_at_a_desk(self):
        self._check()
