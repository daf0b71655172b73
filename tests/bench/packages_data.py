"""A clinic that sells packages: a patient with a course for each repetition of the benchmark."""

from types import SimpleNamespace

from clinic_data import ClinicMaker, find_clinic, in_clinic, zone_of_noon

from odoo import Command, fields

NAME = "packages"


def make(env):
    """Make a clinic with a chart of accounts, and one package of its treatment."""
    clinic = ClinicMaker(env, NAME, zone_of_noon()).make(2, 2, 2)
    branch = env["res.company"].browse(clinic.branch)
    branch.country_id = env.ref("base.us")
    env["account.chart.template"].try_loading("generic_coa", branch, install_demo=False)
    env = in_clinic(env, clinic)
    treatment = env["product.template"].browse(clinic.treatment)
    treatment.list_price = 10_000
    env["product.template"].create(
        {
            "name": NAME,
            "is_package": True,
            "type": "service",
            "list_price": 48_000,
            "package_line_ids": [Command.create({"treatment_id": treatment.id, "count": 6})],
        }
    )


def find(env):
    """Return what ``make`` made, in an environment of the branch."""
    clinic = find_clinic(env, NAME)
    env = in_clinic(env, clinic)
    return SimpleNamespace(
        env=env,
        patient=env["clinic.patient"].browse(clinic.patient),
        treatment=env["product.template"].browse(clinic.treatment),
        package=env["product.template"].search([("is_package", "=", True), ("name", "=", NAME)]),
    )


def performed(clinic, count):
    """Return a visit of today with ``count`` treatments that were performed and are to be charged."""
    env = clinic.env
    now = fields.Datetime.now().replace(second=0, microsecond=0)
    visit = env["clinic.visit"].book_walk_in(clinic.patient, [clinic.treatment] * count)
    for procedure in visit.procedure_ids.sorted("start"):
        procedure.action_start()
        procedure.action_done()
    assert visit.state == "done", now
    return visit


def sell(clinic):
    """Sell the package, paid in full, and return the course."""
    env = clinic.env
    dialog = env["clinic.package.sell"].create({"patient_id": clinic.patient.id, "package_id": clinic.package.id})
    dialog.action_sell()
    invoice = dialog.sold_course_id.invoice_line_id.move_id
    context = {"active_model": "account.move", "active_ids": invoice.ids}
    env["account.payment.register"].with_context(**context).create({})._create_payments()
    return dialog.sold_course_id
