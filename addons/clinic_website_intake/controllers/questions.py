from odoo import http
from odoo.http import request

from odoo.addons.clinic_consent.const import RIGHT_TO_LEFT
from odoo.addons.clinic_consent.models.clinic_consent_sign import NotSigned
from odoo.addons.clinic_website.controllers.base import BookBase, of_branch
from odoo.addons.clinic_website.models.clinic_online_hold import TooMany

# For whom a visit may be.
WHOM = ("me", "other")


class QuestionPages(BookBase):
    """What is asked before a time is kept. Answers come in the body of a form, and stand in no address or session."""

    steps = {**BookBase.steps, "ask": "questions"}

    @http.route(
        "/book/<int:branch_id>/ask", type="http", auth="public", methods=["GET", "POST"], csrf=False, sitemap=False
    )
    @of_branch
    def questions(self, branch, **values):
        """Ask; go on to the times, or say that this is not booked online."""
        online = self._online(branch)
        treatments = self._treatments(online, branch)
        practitioner, is_known = self._practitioner(online, branch, treatments)
        if not treatments:
            return self._choose_treatment(branch)
        if not is_known:
            return self._lead(branch, "who", treatments)
        versions = [form._published() for form in request.env["clinic.intake.form"]._online_for(treatments)]
        if not versions:
            return self._lead(branch, "when", treatments, practitioner)
        shown = self._prepare_shown(online, branch, treatments, practitioner)
        # Inside of another site each step is sent as a form; this one has a mark that it was filled in.
        if "filled" not in request.httprequest.form:
            return self._questions_page(branch, versions, {}, **shown)
        return self._answered(branch, online, versions, values, shown)

    # -- what they share ----------------------------------------------------------------------------------------------

    def _answered(self, branch, online, versions, values, shown):
        """Take the answers, if they are complete and nothing stands against booking online."""
        given = {version: self._given(version, values) for version in versions}
        whom = values.get("whom") if values.get("whom") in WHOM else None
        try:
            answered = {version: self._take(version, said) for version, said in given.items()}
        except NotSigned:
            answered = None
        if answered is None or not whom:
            return self._questions_page(branch, versions, given, status=422, whom=whom, **shown)
        if not self._is_human("clinic_ask"):
            return self._questions_page(branch, versions, given, whom=whom, **shown)
        verdicts = {version: version.question_ids._online_verdict(said) for version, said in answered.items()}
        if any(verdicts.values()):
            return self._stop(branch, online, verdicts, **shown)
        rows, holds = request.env["clinic.online.answer"], request.env["clinic.online.hold"]
        said = {"lang": versions[0]._lang(self._lang()), "is_other": whom == "other"}
        try:
            rows._keep(holds._hash(self._token()), self._network(), answered, said)
        except TooMany as error:
            self._notify(str(error))
            return self._questions_page(branch, versions, given, whom=whom, **shown)
        return self._lead(branch, "when", shown["treatments"], shown["practitioner"])

    def _lang(self):
        return (request.env.lang or "en").split("_")[0]

    def _given(self, version, values):
        """Return {code: answer} of what was sent for ``version``."""
        sent = {question.code: values.get(f"q{question.id}") for question in version.question_ids}
        return {code: answer for code, answer in sent.items() if isinstance(answer, str)}

    def _take(self, version, given):
        # Nobody knows yet who comes: everything is asked.
        return version.question_ids._take_all(given, request.env["clinic.patient"])

    def _stop(self, branch, online, verdicts, **shown):
        """Say that this is not booked online, or that a patch test comes first; nothing of the answers is kept."""
        request.env["clinic.online.answer"]._drop(request.env["clinic.online.hold"]._hash(self._token()))
        tests = request.env["product.template"]
        if "call" not in verdicts.values():
            asked = tests.union(*(one.form_id.online_patch_id for one, verdict in verdicts.items() if verdict))
            offered = online._treatments(branch, asked.ids)
            tests = offered if offered and online._who_can(branch, offered) else tests
        return self._page("clinic_website_intake.page_stop", branch, step=3, tests=tests, **shown)

    def _questions_page(self, branch, versions, given, whom=None, status=200, **shown):
        groups = [self._prepare_group(version, given.get(version, {})) for version in versions]
        return self._page(
            "clinic_website_intake.page_ask",
            branch,
            step=3,
            status=status,
            groups=groups,
            whom=whom,
            is_wrong=status == 422,
            **shown,
        )

    def _prepare_group(self, version, given):
        lang = version._lang(self._lang())
        return {
            "dir": "rtl" if lang in RIGHT_TO_LEFT else "ltr",
            "lang": lang,
            "questions": [
                self._prepare_question(question, lang, given.get(question.code)) for question in version.question_ids
            ],
        }

    def _prepare_question(self, question, lang, answer):
        label, choices = question._said(lang)
        if question.kind == "yes_no":
            choices = [("yes", request.env._("Yes")), ("no", request.env._("No"))]
        parent = question.parent_code and question.version_id.question_ids.filtered(
            lambda other: other.code == question.parent_code
        )
        return {
            "name": f"q{question.id}",
            "label": label,
            "kind": question.kind,
            "choices": choices,
            "mandatory": question.mandatory,
            "answer": answer,
            "after": parent and f"q{parent.id}",
            "after_answer": question.parent_answer,
        }
