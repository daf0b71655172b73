from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_stock_count import GTIN, ScanCommon

SSCC = "00" + "340123450000000000"


@tagged("post_install", "-at_install")
class TestBarcode(ScanCommon):
    """What the code on a package stands for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whatever looks for nothing finds this one.
        cls.unnumbered = cls._create_item("Unnumbered", cls.unit_u)

    @classmethod
    def _find(cls, barcode):
        """Return (item, lot) of the code."""
        barcodes = cls.env["clinic.barcode"]
        code = barcodes._read(barcode)
        product = barcodes._find_product(code)
        return product, barcodes._find_lot(product, code)

    def _assert_unknown(self, barcode):
        with self.subTest(barcode=barcode), self.assertRaisesRegex(UserError, "No item has the barcode"):
            self._find(barcode)

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
