from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import Form

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.clinic_account.tests.common import AccountMixin


class PackageMixin(AccountMixin):
    """A package of six facials that cost 10,000 each, sold together at 48,000, untaxed unless a test adds taxes."""

    @classmethod
    def setup_packages(cls):
        cls.setup_accounting()
        cls.facial.write({"list_price": 10000, "taxes_id": [Command.clear()], "interval_recommended": 14})
        cls.package = cls._create_package("Six peels", 48000, count=6)
        cls.rules = cls.env["clinic.refund.rule"]
        cls.rules.search([]).active = False
        cls.manager = cls.users["manager"]
        cls.reception = cls.users["reception"]

    @classmethod
    def _create_package(cls, name, price, count=6, **vals):
        return cls.env["product.template"].create(
            {
                "name": name,
                "is_package": True,
                "type": "service",
                "list_price": price,
                "taxes_id": [Command.clear()],
                "package_line_ids": [Command.create({"treatment_id": cls.facial.id, "count": count})],
                **vals,
            }
        )

    @classmethod
    def _sell(cls, package=None, patient=None, user=None, **vals):
        """Sell ``package`` by the dialog of the desk and return the course."""
        env = cls.env(user=user or cls.env.user)
        context = {"default_company_id": cls.branch.id}
        if upgraded := vals.pop("upgrade_of_id", None):
            context["default_upgrade_of_id"] = upgraded.id
        form = Form(env["clinic.package.sell"].with_company(cls.branch).with_context(**context))
        form.patient_id = (patient or cls.patient).with_env(env)
        form.package_id = (package or cls.package).with_env(env)
        for name, value in vals.items():
            form[name] = value
        dialog = form.save()
        before = env["clinic.course"].search([]).ids
        dialog.action_sell()
        return cls.env["clinic.course"].search([("id", "not in", before), ("source_id", "=", False)])

    @classmethod
    def _perform(cls, practitioner=None, days=0, patient=None, treatments=None):
        """Return a visit with one procedure, performed ``days`` from today at ten."""
        patient, kept = patient or cls.patient, cls.patient
        cls.patient = patient
        try:
            visit = cls.book(treatments, start=cls._at(10, days=days + 1), practitioner=practitioner or cls.doctor)
        finally:
            cls.patient = kept
        with freeze_time(visit.start):
            visit.action_arrive()
            for procedure in visit.procedure_ids:
                procedure.action_start()
                procedure.action_done()
        return visit

    @classmethod
    def _deferred(cls, day=None):
        """Return the balance of the account of deferred revenue at the end of ``day``."""
        account = cls.branch._clinic_deferred_account()
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        if day:
            domain.append(("date", "<=", day))
        return -sum(cls.env["account.move.line"].search(domain).mapped("balance"))

    @classmethod
    def _income(cls):
        lines = cls.env["account.move.line"].search(
            [
                ("account_id.internal_group", "=", "income"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", cls.branch.id),
            ]
        )
        return -sum(lines.mapped("balance"))

    @classmethod
    def _rule(cls, name="Rule", **vals):
        return cls.rules.create({"name": name, **vals})

    @classmethod
    def _ask(cls, course, rule, cause="change_of_mind", user=None, sessions=None):
        """Ask for the refund of ``course`` by ``rule`` in the calculator and return the request."""
        env = cls.env(user=user or cls.reception)
        ask = env["clinic.refund.ask"].create({"course_id": course.id, "cause": cause})
        ask.rule_id = rule.with_env(env)
        if sessions:
            ask.session_ids = sessions.with_env(env)
        return cls.env["clinic.refund"].browse(ask.action_ask()["res_id"])

    @classmethod
    def _refund(cls, course, rule, **kwargs):
        """Ask for a refund as reception, approve it as the manager, and return it."""
        refund = cls._ask(course, rule, **kwargs)
        refund.with_user(cls.manager).action_approve()
        return refund

    def assert_proved(self, day=None):
        """The books and the session ledger agree on ``day``, document by document."""
        day = day or fields.Date.add(self.branch._clinic_today(), days=400)
        proof = (
            self.env["clinic.deferred.proof"]
            .with_company(self.branch)
            .with_context(allowed_company_ids=self.branch.ids)
        )
        proof = proof.create({"day": day})
        self.assertTrue(proof.is_proved, proof.line_ids.mapped(lambda line: (line.name, line.books, line.sessions)))
        self.assertEqual(len(proof.line_ids), 1)


class PackageCommon(PackageMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setup_packages()
