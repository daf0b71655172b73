import doctest

from odoo.tests import BaseCase, tagged

from .. import message
from .sandbox import Sandbox

SALT = "0F5DD14AE2"


@tagged("post_install", "-at_install")
class TestMessage(BaseCase):
    def test_examples(self):
        self.assertEqual(doctest.testmod(message).failed, 0)

    def test_hash_of_the_official_page(self):
        fields = {"pp_Amount": "2995", "pp_MerchantID": "MER123", "pp_OrderInfo": "A48cvE28"}
        self.assertEqual(
            message.sign(fields, SALT).lower(), "c7689cda7474eb1adcd343fd0c0b676bad0ba66361cc46db589bdb0da4c1c867"
        )

    def test_hash_of_a_whole_payment(self):
        fields = {
            "pp_Version": "1.1",
            "pp_TxnType": "MWALLET",
            "pp_Language": "EN",
            "pp_MerchantID": "MC00001",
            "pp_SubMerchantID": "",
            "pp_Password": "secret",
            "pp_TxnRefNo": "V202600042",
            "pp_BillReference": "V202600042",
            "pp_Amount": "250000",
            "pp_TxnCurrency": "PKR",
            "pp_TxnDateTime": "20261130101500",
            "pp_TxnExpiryDateTime": "20261130111500",
            "pp_Description": "Visit",
            "pp_ReturnURL": "https://clinic.example/payment/jazzcash/return",
            "ppmpf_1": "7",
            "pp_SecureHash": "not part of it",
            "lang": "not part of it either",
        }
        expected = "CEE4DC4190829C580A46FBB1734F096ACD1F7A042F0FAC65E576A5228F8EF9D4"
        self.assertEqual(message.sign(fields, SALT), expected)
        sandbox = Sandbox()
        sandbox.server.server_close()
        self.assertEqual(sandbox.hash(fields), expected)

    def test_hash_is_compared_whatever_its_case_and_nothing_else_passes(self):
        fields = message.signed({"pp_TxnRefNo": "V1", "pp_Amount": "100"}, SALT)
        self.assertTrue(message.is_signed(fields, SALT))
        self.assertTrue(message.is_signed({**fields, "pp_SecureHash": fields["pp_SecureHash"].lower()}, SALT))
        for changed in (
            {"pp_Amount": "1"},
            {"pp_ResponseCode": "000"},
            {"pp_SecureHash": ""},
            {"pp_SecureHash": "x"},
            {"pp_SecureHash": "\ud800é"},
        ):
            self.assertFalse(message.is_signed({**fields, **changed}, SALT), changed)

    def test_without_a_salt_nothing_is_signed(self):
        for salt in (False, None, ""):
            self.assertFalse(message.is_signed(message.signed({"pp_TxnRefNo": "V1"}, ""), salt))
