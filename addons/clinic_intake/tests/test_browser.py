from odoo.tests import tagged

from odoo.addons.clinic_consent.tests.test_pages import DRAW

from .common import ILL
from .test_pages import PageCommon

HELP = (
    DRAW
    + """
const main = document.querySelector("main");
const at = (code) => main.querySelector(`[data-code="${code}"]`);
const press = (code, value) => at(code).querySelector(`[value="${value}"]`).click();
const write = (code, text) => {
    const area = at(code).querySelector("textarea");
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
};
const fits = () => {
    for (const button of document.querySelectorAll("button, .cc_choice")) {
        const box = button.getBoundingClientRect();
        if (box.height && box.height < 44) throw new Error("too small for a finger: " + button.textContent);
    }
    if (document.documentElement.scrollWidth > window.innerWidth) throw new Error("wider than the screen");
};
const fetched = window.fetch;
const answered = (path) => new Promise((done) => {
    window.fetch = async (...args) => {
        const answer = await fetched(...args);
        if (String(args[0]).endsWith(path)) done(answer);
        return answer;
    };
});
const succeed = (promise) => promise.then(
    (answer) => console[answer.ok ? "log" : "error"](answer.ok ? "test successful" : "refused"),
);
const run = (steps) => {
    steps().catch((error) => console.error(error.message));
};
"""
)
READY = "!!document.querySelector('main.ci_ready')"


class BrowserCommon(PageCommon):
    touch_enabled = True

    def _fill_in_browser(self):
        """Fill in, load again in the middle, go on, and send; then sign the consent."""
        self.browser_js(
            self.path,
            HELP
            + """
            run(async () => {
                main.querySelector(".ci_send .cc_submit").click();
                await wait(() => main.querySelector(".cc_missing"));
                press("allergy_any", "yes");
                await wait(() => !at("allergy_lidocaine").hidden);
                if (!at("allergy_lidocaine_what").hidden) throw new Error("asked too early");
                press("allergy_lidocaine", "yes");
                await wait(() => !at("allergy_lidocaine_what").hidden);
                fits();
                const kept = answered("/draft");
                write("allergy_lidocaine_what", "Swollen lips");
                await succeed(kept);
            });
            undefined;
            """,
            ready=READY,
        )
        self.browser_js(
            self.path,
            HELP
            + """
            run(async () => {
                if (at("allergy_lidocaine_what").querySelector("textarea").value !== "Swollen lips") {
                    throw new Error("what was typed is gone");
                }
                press("medication_blood", "yes");
                press("skin_type", "4");
                write("wishes", "Fewer lines");
                main.querySelector('input[value="self"]').click();
                const sent = answered(window.location.pathname);
                main.querySelector(".ci_send .cc_submit").click();
                await succeed(sent);
            });
            undefined;
            """,
            ready=READY,
        )
        self.env.invalidate_all()
        intake = self.env["clinic.intake"].search([("request_id", "=", self.request.id)])
        self.assertEqual(intake.answers, ILL)
        return intake

    def _sign_in_browser(self):
        self.browser_js(
            self.path,
            HELP
            + """
            run(async () => {
                window.scrollTo(0, document.body.scrollHeight);
                await wait(() => main.classList.contains("cc_seen"));
                main.querySelector('input[value="self"]').click();
                await draw(main.querySelector("canvas"));
                const sent = answered(window.location.pathname);
                main.querySelector(".cc_submit").click();
                await succeed(sent);
            });
            undefined;
            """,
            ready="!!document.querySelector('main[data-page=sign] .cc_submit:enabled')",
        )
        self.env.invalidate_all()
        self.assertEqual(self.url_open(self.path).status_code, 404)


@tagged("post_install", "-at_install")
class TestOnATablet(BrowserCommon):
    """Needed on the board, handed over, filled in, signed, reviewed; then the procedure may start."""

    browser_size = "1024x768"

    def test_from_the_board_to_the_open_gate(self):
        procedure = self.visit.procedure_ids
        doctor = procedure.with_user(self.users["practitioner"])
        self.assertEqual({reason["kind"] for reason in doctor.gate()}, {"intake", "consent"})
        self.start_tour("/odoo/board", "clinic_intake_needed", login="test_reception")
        self.logout(keep_db=True)
        self.request, self.path = self._request(self.visit)
        intake = self._fill_in_browser()
        self._sign_in_browser()
        self.assertEqual([reason["text"] for reason in doctor.gate()], ["Intake not reviewed."])
        self.start_tour(
            f"/odoo/patient-record/{self.patient.id}",
            "clinic_intake_review",
            login="test_practitioner",
        )
        self.env.invalidate_all()
        self.assertEqual(intake.proposal_ids.mapped("state"), ["accepted", "accepted", "refused"])
        self.assertEqual(self.patient.risk_ids.kind_id, self.lidocaine | self.thinner)
        self.assertEqual(doctor.gate(), [])
        self.assertEqual(procedure.state, "in_progress")


@tagged("post_install", "-at_install")
class TestOnAPhone(BrowserCommon):
    browser_size = "390x844"

    def test_by_link(self):
        self.request, self.path = self._request(self.visit, "link")
        intake = self._fill_in_browser()
        self._sign_in_browser()
        self.assertEqual(intake.identified, "link")
