import logging

from odoo.tests import HttpCase, tagged

from .common import PhoneCommon


@tagged("post_install", "-at_install")
class TestAddress(PhoneCommon, HttpCase):
    """The address that a telephone system opens."""

    def test_it_hands_the_number_over_and_tells_nothing(self):
        page = self.url_open("/clinic/call?number=%2B923001234567")
        self.assertEqual((page.status_code, page.headers["Cache-Control"]), (200, "no-store"))
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn('data-number="+923001234567"', page.text)
        self.assertNotIn("Ayesha", page.text)
        self.assertFalse(self._all())

    def test_garbage_is_text_and_no_more(self):
        for number in ("", "%00", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "x" * 5000, "%F0%9F%93%9E", "a&number=b"):
            page = self.url_open(f"/clinic/call?number={number}")
            self.assertEqual(page.status_code, 200, number)
            self.assertEqual(page.text.count("<script"), 1, number)
        self.assertEqual(self.url_open("/clinic/call").status_code, 200)
        self.assertEqual(self.url_open("/clinic/call", data={"number": "1"}).status_code, 405)

    def test_no_line_of_the_log_has_the_number(self):
        lines = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(record.getMessage())
        logging.getLogger().addHandler(handler)
        self.addCleanup(logging.getLogger().removeHandler, handler)
        records = [
            logging.LogRecord("werkzeug", logging.INFO, "", 0, "%s", (f"GET {address} HTTP/1.1",), None)
            for address in (
                "/clinic/call?line=2&number=%2B923001234567",
                "/clinic/call/?number=3001234567",
                "/clinic/call?number=0 3001234567",
                "/clinic/call?number=1&number=3001234567",
            )
        ]
        for record in records:
            logging.getLogger("werkzeug").handle(record)
        self.authenticate("test_reception", "test_reception")
        self.url_open("/clinic/call?number=%2B923001234567")
        params = {"model": "clinic.call", "method": "look_up", "args": [self.number], "kwargs": {}}
        self.make_jsonrpc_request("/web/dataset/call_kw/clinic.call/look_up", params)
        params = {"model": "clinic.call", "method": "note", "args": [self.number, "asked"], "kwargs": {}}
        self.make_jsonrpc_request("/web/dataset/call_kw/clinic.call/note", params)
        lines += [record.getMessage() for record in records]
        self.assertEqual([line for line in lines if "3001234567" in line], [])
        self.assertEqual(records[0].getMessage(), "GET /clinic/call?*** HTTP/1.1")

    def test_a_plus_that_became_a_space_is_one_again(self):
        for sent, number in (("+923001234567", "+923001234567"), ("%200300 1234567", "0300 1234567")):
            self.assertIn(f'data-number="{number}"', self.url_open(f"/clinic/call?number={sent}").text)
