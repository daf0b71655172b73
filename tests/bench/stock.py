"""Print the table of `make bench-stock`; exit with 1 unless every goal is reached.

python tests/bench/stock.py SMALL LARGE
    two databases made by data.py: SMALL with a product of 1,000 done moves; LARGE, a copy with 1,000,000 more
"""

import os
import sys
from contextlib import ExitStack
from datetime import timedelta

import connection

connection.start()

import stock_data  # noqa: E402 (Odoo's addons can be imported only now)
from lxml import etree  # noqa: E402
from measure import Table, Task, at_most, below, measure, p95_below, same_queries  # noqa: E402

from odoo import fields  # noqa: E402

REPETITIONS = 40
# What takes seconds is not the first thing that anybody opens.
FEW_REPETITIONS = 5
P95 = 300
PAGE, COUNT_LIMIT = 80, 10_001
CONSUMPTIONS = 20_000


class Card:
    """The stock card of the product, as the warehouse opens it."""

    def __init__(self, env):
        self.stock = stock_data.find_stock(env)
        self.product = [("product_id", "in", self.stock.product.ids)]
        lots = self.stock.env["stock.lot"].search([("product_id", "=", self.stock.product.id)], limit=2)
        self.lot = [("lot_id", "=", lots[-1].id)]
        self.moves = self.stock.env["clinic.stock.card"].search_count(self.product)

    def page(self, name, domain=None, user=None, **search):
        """Loading a page of the list with all of its columns and the number of rows, as the web client does."""
        env = self.stock.env(user=(user or self.stock.warehouse).id)
        rows = env["clinic.stock.card"]
        columns = self._columns(rows)
        domain = self.product if domain is None else domain

        def load(_number):
            rows.web_search_read(domain, columns, limit=PAGE, count_limit=COUNT_LIMIT, **search)

        return Task(name, env, load)

    def first_pages(self, where):
        """Return what is opened every day."""
        patient = self.stock.moves[2].clinic_visit_id.patient_id
        scrapped = [("kind", "=", "scrap"), ("move_id.scrap_id", "!=", False), *self.product]
        return {
            "newest": self.page(f"newest, {where}"),
            "manager": self.page(f"newest with patients and values, {where}", user=self.stock.manager),
            "oldest": self.page(f"oldest, {where}", order="date, id"),
            "lot": self.page(f"one lot, {where}", self.lot),
            "all": self.page(f"all products, {where}", []),
            "scrapped": self.page(f"scrapped, {where}", scrapped),
            "patient": self.page(
                f"one patient's, {where}", [("patient_id", "=", patient.id), *self.product], self.stock.manager
            ),
        }

    def far_pages(self, where):
        """Return what has to add up much."""
        rows = self.stock.env(user=self.stock.warehouse.id)["clinic.stock.card"]
        measures = ["quantity_in:sum", "quantity_out:sum", "quantity:sum"]
        half = fields.Datetime.now() - timedelta(days=365 * stock_data.YEARS / 2)
        return [
            self.page(f"half of the years ago, {where}", [("date", "<", half), *self.product]),
            Task(
                f"pivot of ten years by month, {where}",
                rows.env,
                lambda _n: rows.formatted_read_group(self.product, ["product_id", "date:month"], measures),
            ),
            Task(
                f"export of 1,000 rows, {where}",
                rows.env,
                lambda _n: rows.search(self.product, limit=1000).export_data(["date", "lot_id", "document", "balance"]),
            ),
        ]

    def _columns(self, rows):
        """Return the specification of the list's columns."""
        arch = etree.fromstring(rows.get_view(rows.env.ref("clinic_stock.clinic_stock_card_view_list").id)["arch"])
        named = {"fields": {"display_name": {}}}
        return {name: named if rows._fields[name].type == "many2one" else {} for name in arch.xpath("//field/@name")}


def measure_card(table, small, large):
    """The stock card of a product with a thousand moves, and with a million."""
    few, many = Card(small), Card(large)
    pages, large_pages = (card.first_pages(f"{card.moves:,} moves") for card in (few, many))
    for name, task in pages.items():
        measure([task, large_pages[name]], REPETITIONS)
    far = many.far_pages(f"{many.moves:,} moves")
    measure(far, FEW_REPETITIONS)
    table.heading("First page of the stock card with its balances")
    for name, task in pages.items():
        table.add(task, p95_below(task, P95))
        table.add(large_pages[name], p95_below(large_pages[name], P95))
    table.add(large_pages["newest"], same_queries(pages["newest"], large_pages["newest"]))
    table.add(large_pages["newest"], at_most(pages["newest"], large_pages["newest"], 1.5))
    table.heading("What adds up much")
    for task in far:
        table.add(task)


def measure_consumption(table, small, _large):
    """One item used, beside a bare native scrap of the same lot."""
    stock = stock_data.find_stock(small)
    env, lot, procedure = stock.env, stock.lot, stock.moves[2].clinic_visit_id.procedure_ids
    location = env.company._get_treatment_location()
    values = {"product_id": lot.product_id.id, "lot_id": lot.id, "scrap_qty": 1, "location_id": location.id}
    values["scrap_reason_tag_ids"] = env["stock.scrap.reason.tag"].search([], limit=1).ids
    bare = Task("a bare scrap", env, lambda _n: env["stock.scrap"].create(values).do_scrap())
    doctor = procedure.with_user(procedure.practitioner_id.user_id)
    used = Task("an item used", doctor.env, lambda _n: doctor.consume(lot.product_id.id, 1, lot=lot.id))
    vial = Task(
        "a dose drawn from an open vial",
        doctor.env,
        lambda _n: doctor.consume(lot.product_id.id, 1, lot=lot.id),
        prepare=lambda _n: _open_vial(procedure, lot),
    )
    measure([bare, used, vial], REPETITIONS)
    table.heading("One item used in a procedure")
    table.add(bare)
    table.add(used, at_most(bare, used, 1.5))
    table.add(vial, at_most(bare, vial, 1.5))


def _open_vial(procedure, lot):
    """Let the item be a multi-dose vial, of which one is open."""
    template = lot.product_id.product_tmpl_id
    template.write({"clinic_vial_uom_id": template.uom_ids[0].id, "clinic_open_hours": 24})
    procedure.consume(lot.product_id, 1, lot=lot)


def measure_discrepancies(table, _small, large):
    """The first page of the open gaps of so many days as have 20,000 consumptions, among all of ten years."""
    stock = stock_data.find_stock(large)
    rows = stock.env(user=stock.warehouse.id)["clinic.discrepancy"]
    large.cr.execute(
        "SELECT min(date), count(*) FROM"
        " (SELECT date FROM clinic_consumption WHERE company_id = %s ORDER BY date DESC LIMIT %s) AS last",
        [stock.env.company.id, CONSUMPTIONS],
    )
    since, count = large.cr.fetchone()
    domain = [("explained", "=", False), ("date", ">=", since)]
    names = ("date", "kind", "product_id", "lot_id", "quantity", "value", "user_id", "reference")

    def load(_number):
        rows.web_search_read(domain, {name: {} for name in names}, limit=PAGE, count_limit=COUNT_LIMIT)

    task = Task(f"{count:,} consumptions since {since:%Y-%m-%d}", rows.env, load)
    measure([task], FEW_REPETITIONS)
    table.heading("Discrepancy report")
    table.add(task, below(task, 2000))


MEASUREMENTS = (measure_card, measure_consumption, measure_discrepancies)


def main(small, large):
    table = Table()
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        envs = [stack.enter_context(connection.environment(name)) for name in (small, large)]
        for measurement in MEASUREMENTS:
            measurement(table, *envs)
    print(f"{REPETITIONS} repetitions in turn, cold ORM cache, load {load:.1f}\n\n{table.text()}")
    return 0 if table.reached else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
