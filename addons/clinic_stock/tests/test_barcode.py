from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_stock_count import GTIN, ScanCommon

SSCC = "00" + "340123450000000000"


@tagged("post_install", "-at_install")
class TestBarcode(ScanCommon):
    """What the code on a package stands for, in whichever branch it is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whatever looks for nothing finds this one.
        cls.unnumbered = cls._create_item("Unnumbered", cls.unit_u)

    @classmethod
    def _find(cls, barcode, branch=None):
        """Return (item, lot) of the code."""
        barcodes = cls.env["clinic.barcode"].with_company(branch or cls.branch)
        code = barcodes._read(barcode)
        product = barcodes._find_product(code)
        return product, barcodes._find_lot(product, code)

    def _assert_unknown(self, barcode, branch=None):
        with self.subTest(barcode=barcode), self.assertRaisesRegex(UserError, "No item has the barcode"):
            self._find(barcode, branch)

    # -- which item ----------------------------------------------------------------------------------------------------

    def test_a_code_that_names_no_item_is_no_item(self):
        for barcode in ("0", "000", "0" * 14, SSCC, "21SERIAL", "10ABC", "(10)ABC", "30ABC", "17999999-A"):
            self._assert_unknown(barcode)

    def test_a_lots_own_name_may_begin_like_an_identifier(self):
        for name in ("10ABC", "10A55", "21SERIAL", "30ABC", "17999999-A", SSCC):
            with self.subTest(name=name):
                lot = self.env["stock.lot"].create({"name": name, "product_id": self.toxin.id})
                self.assertEqual(self._find(name), (self.toxin, lot))

    def test_an_items_own_number_may_be_longer_than_a_gtin(self):
        self.unnumbered.barcode = SSCC
        self.assertEqual(self._find(SSCC)[0], self.unnumbered)

    def test_the_same_number_in_all_its_lengths(self):
        for barcode in (GTIN.lstrip("0"), GTIN, f"01{GTIN}"):
            with self.subTest(barcode=barcode):
                self.assertEqual(self._find(barcode)[0], self.toxin)
        self.unnumbered.barcode = "00012345"
        self.assertEqual(self._find("12345")[0], self.unnumbered)

    # -- as it is printed ----------------------------------------------------------------------------------------------

    def test_typed_as_it_is_printed_each_part_ends_where_the_next_begins(self):
        for barcode in (
            f"(01){GTIN}(10)LATE(17)290100",
            f"(01){GTIN}(10)LATE(30)1(17)290100",
            f"(01){GTIN}(17)290100(10)LATE",
            f"(01) {GTIN} (10) LATE (17) 290100",
        ):
            with self.subTest(barcode=barcode):
                self.assertEqual(self._find(barcode), (self.toxin, self.lot_late))
                expiry = self.env["clinic.barcode"]._read(barcode)["expiry"]
                self.assertEqual(expiry.isoformat(), "2029-01-31")

    def test_a_lot_may_have_brackets_of_its_own(self):
        lot = self.env["stock.lot"].create({"name": "A(B)1", "product_id": self.toxin.id})
        self.assertEqual(self._find(f"(01){GTIN}(10)A(B)1(17)290100"), (self.toxin, lot))

    # -- in which branch -----------------------------------------------------------------------------------------------

    @classmethod
    def _open_branches(cls):
        names = ("North", "South")
        return cls.env["res.company"].create([{"name": name, "parent_id": cls.branch.id} for name in names])

    def test_another_branchs_own_item_is_not_found(self):
        north, south = self._open_branches()
        vals = {"uom_ids": [Command.link(self.vial.id)], "barcode": "SERUM-1"}
        theirs = self._create_item("Serum", self.unit_u, company_id=north.id, **vals)
        self.env["product.uom"].create({"product_id": theirs.id, "uom_id": self.vial.id, "barcode": "SERUM-BOX"})
        lot = self.env["stock.lot"].create({"name": "SERUM-LOT", "product_id": theirs.id})
        for barcode in ("SERUM-1", "SERUM-BOX", "SERUM-LOT"):
            self.assertEqual(self._find(barcode, north)[0], theirs)
            self._assert_unknown(barcode, south)
        self.assertEqual(self._find("SERUM-LOT", north)[1], lot)
        own = self._create_item("Serum", self.unit_u, company_id=south.id, **vals)
        self.assertEqual(self._find("SERUM-1", south)[0], own)

    def test_an_item_of_the_parent_and_one_for_all_are_found(self):
        north, _south = self._open_branches()
        parents = self._create_item("Peel", self.unit_u, company_id=self.branch.id, barcode="PEEL-1")
        self.assertEqual(self._find("PEEL-1", north)[0], parents)
        self.assertEqual(self._find(f"01{GTIN}10LATE", north), (self.toxin, self.lot_late))

    def test_another_branchs_lot_of_the_same_name_is_not_taken(self):
        north, south = self._open_branches()
        lots = self.env["stock.lot"]
        theirs = lots.create({"name": "B7", "product_id": self.toxin.id, "company_id": north.id})
        code = f"01{GTIN}10B7"
        self.assertEqual(self._find(code, north), (self.toxin, theirs))
        with self.assertRaisesRegex(UserError, "was never received"):
            self._find(code, south)
        self._assert_unknown("B7", south)
        own = lots.create({"name": "B7", "product_id": self.toxin.id, "company_id": south.id})
        self.assertEqual(self._find(code, south), (self.toxin, own))
        self.assertEqual(self._find("B7", south), (self.toxin, own))

    def test_the_count_takes_the_branchs_own_lot_of_two(self):
        north, south = self._open_branches()
        lots = self.env["stock.lot"]
        values = {"name": "B7", "product_id": self.toxin.id}
        _theirs, own = lots.create([{**values, "company_id": branch.id} for branch in (north, south)])
        self.users["warehouse"].company_ids |= north | south
        count = self.count.with_context(allowed_company_ids=(south | north).ids)
        line = count.scan(south._get_treatment_location().id, f"01{GTIN}10B7")["line"]
        self.assertEqual(line["lot_id"], own.id)
