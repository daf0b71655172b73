import json
import logging
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from freezegun import freeze_time
from lxml import html as lxml_html

from odoo import fields
from odoo.http import root

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .. import const
from .sandbox import Sandbox

MOBILE, CNIC = "03007654321", "917354"


class JazzCashCommon(PaymentHttpCommon):
    """A clinic in test mode whose JazzCash is a server on this machine, spoken to over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox = Sandbox()
        cls.sandbox.start()
        cls.addClassCleanup(cls.sandbox.stop)
        cls.jazzcash = cls._prepare_provider(
            "jazzcash",
            update_values={
                "jazzcash_merchant_id": cls.sandbox.merchant,
                "jazzcash_password": cls.sandbox.password,
                "jazzcash_integrity_salt": cls.sandbox.salt,
                "jazzcash_merchant_mpin": cls.sandbox.mpin,
                "jazzcash_wallet_flow": "form",
                "is_published": True,
            },
        )
        cls.env["ir.config_parameter"].set_param(const.LOCAL_SANDBOX, cls.sandbox.url)
        cls.currency = cls.currency_pkr = cls._enable_currency("PKR")
        cls.provider = cls.jazzcash
        cls.payment_method = cls.env.ref("payment.payment_method_jazzcash")
        cls.payment_method_id = cls.payment_method.id
        cls.card = cls.env.ref("payment.payment_method_card")
        cls.card.active = True
        cls.partner.country_id = cls.env.ref("base.pk")
        cls.amount, cls.reference = 2500.0, None
        cls.secrets = [cls.sandbox.salt, cls.sandbox.password, MOBILE, CNIC]

    def setUp(self):
        super().setUp()
        self.sandbox.payments.clear()
        self.sandbox.requests.clear()
        self.sandbox.wallet_status, self.sandbox.tells_amount = "Completed", False

    def _pay(self, flow="redirect", **values):
        """Return a payment that has just begun."""
        return self._create_transaction(flow, **values)

    def _leave(self, transaction):
        """Return the page of ours that leads to JazzCash."""
        form = self._extract_values_from_html_form(transaction._get_processing_values()["redirect_form_html"])
        return self.url_open(form["action"], data=form["inputs"], allow_redirects=False)

    def _open_page(self, transaction):
        """Bring the customer to JazzCash's page, as the browser does, and return what each button there posts."""
        leave = self._leave(transaction)
        [form] = lxml_html.fromstring(leave.text).iter("form")
        self.assertTrue(form.action.startswith(self.sandbox.url), form.action)
        self.assertIn(f"form-action 'self' {self.sandbox.url} ", leave.headers["Content-Security-Policy"])
        page = self.url_open(form.action, data=dict(form.form_values()))
        buttons = {}
        for element in lxml_html.fromstring(page.text).iter("form"):
            inputs = {field.get("name"): field.get("value") for field in element.iter("input")}
            buttons[element.find("button").text] = (element.get("action"), inputs)
        return buttons

    def _press(self, transaction, buttons, status):
        """Let the customer press a button of JazzCash's page, and return what the clinic answers."""
        address, inputs = buttons[status]
        self.sandbox.payments[transaction.reference]["status"] = status
        return self._bring(inputs, address)

    def _bring(self, fields_, address="/payment/jazzcash/return"):
        """Post the result as the browser does."""
        response = self.url_open(urlsplit(address).path, data=fields_, method="POST", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/payment/status"))
        return response

    def _notify(self, fields_):
        """Send a notification as JazzCash does, and return the answer."""
        headers = {"Content-Type": "application/json"}
        response = self.url_open("/payment/jazzcash/ipn", json.dumps(fields_), headers=headers, method="POST")
        self.assertEqual(response.status_code, 200)
        return response.json()

    def _poll(self, transaction):
        """Let the customer's page ask for the state."""
        self._monitor(transaction)
        return self.make_jsonrpc_request("/payment/status/poll", {})

    def _monitor(self, transaction):
        session = self.authenticate(None, None)
        session["__payment_monitored_tx_id__"] = transaction.id
        root.session_store.save(session)

    def _run_cron(self, **after):
        """Run the scheduled action some time from now."""
        with freeze_time(fields.Datetime.now() + timedelta(**after)):
            self.env.ref("payment_jazzcash.cron_inquire").method_direct_trigger()
        self.env.invalidate_all()

    def _triggered(self):
        """Return how often the post-processing was called for."""
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def assert_state(self, transaction, state):
        """The payment is in this state, by the database."""
        transaction.invalidate_recordset()
        self.assertEqual(transaction.state, state, transaction.state_message)

    @contextmanager
    def assert_silent(self):
        """Nothing that is secret is logged, and no traceback."""
        lines = []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append((record, f"{record.getMessage()} {record.exc_text or ''}"))
        # As in production, and not as in tests, where errors are not logged either.
        logger, odoo = logging.getLogger(), logging.getLogger("odoo")
        level = odoo.level
        logger.addHandler(handler)
        odoo.setLevel(logging.INFO)
        try:
            yield lines
        finally:
            odoo.setLevel(level)
            logger.removeHandler(handler)
        for record, line in lines:
            self.assertFalse(record.exc_info, line)
            ours = [self.sandbox.mpin] if record.name.startswith("odoo.addons.payment") else []
            for secret in (*self.secrets, *ours):
                self.assertNotIn(secret, line)
