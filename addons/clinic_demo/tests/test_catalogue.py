import csv
from pathlib import Path

from stdnum import ean

from odoo.tests import TransactionCase, tagged

from ..demo.catalogue import CATALOGUE, in_catalogue, load_catalogue
from ..demo.chance import chance
from ..demo.demand import WANTED
from ..demo.recipes import EXTRAS, RECIPES, VARIANTS, items_used

SAMPLES = CATALOGUE.resolve().parent / "import-samples"


def read(path):
    """Return the lines of a CSV file as dicts."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@tagged("post_install", "-at_install")
class TestCatalogue(TransactionCase):
    """A clinic imports the starter catalogue and the samples by Odoo's own import."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_catalogue(cls.env)
        in_files = [line["id"] for path in CATALOGUE.glob("*.csv") for line in read(path)]
        cls.ids_in_files = in_files

    def test_ids_are_unique_and_found(self):
        self.assertEqual(len(set(self.ids_in_files)), len(self.ids_in_files))
        for xml_id in self.ids_in_files:
            self.assertTrue(self.env.ref(xml_id), xml_id)

    def test_imported_twice_there_are_no_doubles(self):
        before = self.env["product.template"].search_count([])
        load_catalogue(self.env)
        self.assertEqual(self.env["product.template"].search_count([]), before)

    def test_treatments(self):
        self.assertEqual(len(WANTED), 14)
        for name in WANTED:
            treatment = in_catalogue(self.env, name)
            self.assertTrue(treatment.is_treatment)
            self.assertGreater(treatment.list_price, 0)
            self.assertTrue(treatment.room_kind_id)
            self.assertIn(in_catalogue(self.env, "category_treatments").id, _ancestors(treatment.categ_id))

    def test_items(self):
        items = self.env["product.template"].search([("clinic_item", "=", True)])
        self.assertEqual(len(items), 30)
        for item in items:
            self.assertTrue(item.is_storable, item.name)
            self.assertGreater(item.standard_price, 0, item.name)
            self.assertEqual(bool(item.clinic_billable), item.list_price > 0, item.name)
            self.assertEqual(item.tracking == "lot", item.use_expiration_date, item.name)
            self.assertEqual(len(item.seller_ids), 1, item.name)

    def test_packs_hold_the_smallest_unit(self):
        toxin = in_catalogue(self.env, "item_botulinum_toxin")
        vial = in_catalogue(self.env, "uom_vial_100_u")
        self.assertEqual(vial._compute_quantity(2, toxin.uom_id), 200)
        for item in self.env["product.template"].search([("clinic_item", "=", True)]):
            pack = item.seller_ids.product_uom_id
            self.assertIn(pack, item.uom_ids)
            cost = item.seller_ids.price / pack._compute_quantity(1, item.uom_id)
            self.assertAlmostEqual(item.standard_price, cost, 2, item.name)

    def test_barcodes_have_valid_check_digits(self):
        for line in read(CATALOGUE / "06_product.template-consumables.csv"):
            self.assertTrue(ean.is_valid(line["barcode"]), line["barcode"])

    def test_recipes_use_items_of_the_catalogue(self):
        self.assertEqual(set(RECIPES), set(WANTED))
        substitutes = [name for names in VARIANTS.values() for name in names]
        for name in (*EXTRAS.values(), *VARIANTS, *substitutes):
            self.assertTrue(in_catalogue(self.env, name).clinic_item)
        for treatment, lines in RECIPES.items():
            used = items_used(treatment, chance(treatment))
            self.assertGreaterEqual(len(used), len(lines))
            self.assertTrue(all(quantity > 0 for quantity in used.values()))

    def test_samples_can_be_imported(self):
        self.env.company.country_id = self.env.ref("base.pk")
        self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1).code = "WH"
        for path in sorted(SAMPLES.glob("*.csv")):
            with path.open(newline="", encoding="utf-8") as file:
                header, *rows = csv.reader(file)
            model = path.stem.partition("_")[2].partition("-")[0]
            result = self.env[model].with_context(inventory_mode=True, import_file=True).load(header, rows)
            self.assertFalse(result["messages"], path.name)
            self.assertEqual(len(result["ids"]), len(rows), path.name)


def _ancestors(category):
    return [int(part) for part in category.parent_path.split("/") if part]
