import csv
from pathlib import Path

from odoo.exceptions import UserError

CATALOGUE = Path(__file__).resolve().parents[1] / "catalogue"


def load_catalogue(env):
    """Import the starter catalogue, just as a clinic does it by hand: one file a model, in the order of their names."""
    for path in sorted(CATALOGUE.glob("*.csv")):
        _load_file(env, path)


def _load_file(env, path):
    """Import the file ``path``, whose name is ``<order>_<model>[-<part>].csv``."""
    model = path.stem.partition("_")[2].partition("-")[0]
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    result = env[model].load(header, rows)
    if not result["ids"]:
        problems = "\n".join(message["message"] for message in result["messages"])
        raise UserError(env._("The catalogue's file %(file)s: %(problems)s", file=path.name, problems=problems))


def in_catalogue(env, name):
    """Return the record that the catalogue calls ``name``."""
    return env.ref(f"clinic_catalogue.{name}")


def set_costs(env, companies):
    """Give the items in each of ``companies`` the cost that the catalogue gave them in the main company.

    Odoo keeps a product's cost for each company by itself.
    """
    items = env["product.product"].search([("clinic_item", "=", True)])
    for company in companies:
        for item in items:
            item.with_company(company).standard_price = item.standard_price
