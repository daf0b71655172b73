import doctest
from datetime import datetime

from odoo.tests import TransactionCase, tagged

from .. import utils

KEY = "ABCDEFGHIJKLMNOP"
FIELDS = {
    "storeId": "1234",
    "amount": "2500.0",
    "postBackURL": "https://clinic.example/payment/easypaisa/return",
    "orderRefNum": "V202600042",
    "expiryDate": "20261130 101500",
    "autoRedirect": "1",
    "paymentMethod": "MA_PAYMENT_METHOD",
    "emailAddr": "",
    "mobileNum": None,
}
HASH = (
    "JhECROsX2UC5qyYUggabE85IVmCGHxGlKTqjtSMKAiyvoNVTjTlNDVhKDWZY7Ati9kH/JnocwCHjX8wpyOuiGEg9Z7T3DcRd647Wi5eJf8ozCxxn"
    "+ODqcmDVOnu3HBttSOOQ+QDeLUaNzIc+yuZoJfxlTu6k6aXjSfE7MvBSyDjSjpGDBywBv/+ASRmq87h6Zz0fZIyZwuBXvryOyFhXh2Q2JS2GzUWA"
    "7WGlu84kobY1IqiCg0b9zffX4XspMcsT"
)


@tagged("post_install", "-at_install")
class TestFormats(TransactionCase):
    def test_hash_of_a_form(self):
        self.assertEqual(utils.hash_request(FIELDS, KEY), HASH)
        self.assertNotEqual(utils.hash_request({**FIELDS, "amount": "2500.1"}, KEY), HASH)
        for length in (24, 32):
            self.assertTrue(utils.hash_request(FIELDS, "k" * length))

    def test_examples(self):
        results = doctest.testmod(utils)
        self.assertGreater(results.attempted, 8)
        self.assertFalse(results.failed)

    def test_times_are_those_of_karachi(self):
        moment = datetime(2026, 6, 30, 19, 30)
        self.assertEqual(utils.to_karachi(moment, "%Y%m%d %H%M%S"), "20260701 003000")
        self.assertEqual(utils.from_karachi("01/07/2026 12:30 AM"), moment)
        for text in (None, "", "2026-07-01", "31/02/2026 01:00 AM", 7, "01/01/0001 12:00 AM"):
            self.assertIsNone(utils.from_karachi(text), text)

    def test_references(self):
        made = {utils.make_reference("V/2026/00042") for _number in range(200)}
        self.assertEqual(len(made), 200)
        for reference in made | {utils.make_reference("ä/-"), utils.make_reference("INV/2026/00042-and-much-more")}:
            self.assertTrue(utils.is_reference(reference), reference)
        self.assertTrue(all(reference.startswith("V202600042") for reference in made))

    def test_hints(self):
        host = "https://easypay.easypaisa.com.pk"
        for url in (f"{host}/ipn/AB12", f"{host}/ipn/AB12/", f"{host}/AB12?x=/y", f"{host}/AB12#z", "AB12"):
            self.assertEqual(utils.hinted_reference(url), "AB12", url)
        for url in (None, "", "/", f"{host}/", f"{host}/A-B", f"{host}/A%00", "http://[", "ü", "a" * 21, "A\n", "١٢"):
            self.assertIsNone(utils.hinted_reference(url), url)

    def test_amounts(self):
        for value in (None, "", "-5", "1,000", "1e9", "inf", float("nan"), True, [], "5" * 20):
            self.assertEqual(utils.parse_amount(value), 0.0, value)
        for amount in (0.1, 0.3, 1234.56, 99999.9, 1.0):
            self.assertEqual(utils.parse_amount(utils.format_amount(amount)), amount)
