"""A clinic that checks visits out: treatments, two products, a journal for cash."""

from types import SimpleNamespace

from clinic_data import ClinicMaker, find_clinic, in_clinic, zone_of_noon

NAME = "checkout"


def make(env):
    """Make a clinic with a chart of accounts, a treatment with its tax and two products."""
    clinic = ClinicMaker(env, NAME, zone_of_noon()).make(2, 2, 2)
    branch = env["res.company"].browse(clinic.branch)
    branch.country_id = env.ref("base.us")
    env["account.chart.template"].try_loading("generic_coa", branch, install_demo=False)
    env = in_clinic(env, clinic)
    env["account.journal"].create({"name": "Till", "type": "cash", "code": "TILL", "company_id": branch.id})
    taxes = env["account.tax"].search([("company_id", "=", branch.id), ("type_tax_use", "=", "sale")], limit=1)
    env["product.template"].browse(clinic.treatment).write({"list_price": 10_000, "taxes_id": taxes.ids})
    product = {"taxes_id": taxes.ids, "is_confidential": False, "list_price": 1_500}
    env["product.product"].create([{"name": f"{NAME} {number}", **product} for number in (1, 2)])


def find(env):
    """Return what ``make`` made, in an environment of the branch."""
    clinic = find_clinic(env, NAME)
    env = in_clinic(env, clinic)
    return SimpleNamespace(
        env=env,
        patient=env["clinic.patient"].browse(clinic.patient),
        treatment=env["product.template"].browse(clinic.treatment),
        products=env["product.product"].search([("name", "like", f"{NAME} %")]),
        cash=env.company._clinic_journal("cash"),
    )


def basket(clinic, count):
    """Return a visit of today with ``count`` treatments that were performed, and the products in its basket."""
    visit = clinic.env["clinic.visit"].book_walk_in(clinic.patient, [clinic.treatment] * count)
    for procedure in visit.procedure_ids.sorted("start"):
        procedure.action_start()
        procedure.action_done()
    for product in clinic.products:
        clinic.env["clinic.checkout"].add_product(visit.id, product.id)
    return visit
