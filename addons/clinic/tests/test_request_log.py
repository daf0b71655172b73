import doctest
import logging

from odoo.tests import BaseCase, tagged

from .. import request_log


@tagged("post_install", "-at_install")
class TestRequestLog(BaseCase):
    def test_addresses_are_logged_without_what_lets_somebody_in(self):
        # As the server logs each request; these tests let no such line through.
        args = ("GET /c/MARKER?access_token=MARKER HTTP/1.1", "404", "-")
        record = logging.LogRecord("werkzeug", logging.INFO, "", 0, '"%s" %s %s', args, None)
        self.assertTrue(logging.getLogger("werkzeug").filter(record))
        self.assertEqual(record.getMessage(), '"GET /c/***?access_token=*** HTTP/1.1" 404 -')

    def test_the_examples_in_the_module_hold(self):
        self.assertEqual(doctest.testmod(request_log).failed, 0)
