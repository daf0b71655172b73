import base64
import logging
from urllib.parse import urljoin

from odoo import Command, fields, http

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .. import const
from . import sandbox

MOBILE = "03451234567"
SECRETS = (
    sandbox.PASSWORD,
    sandbox.HASH_KEY,
    sandbox.ACCOUNT,
    MOBILE,
    base64.b64encode(f"{sandbox.USERNAME}:{sandbox.PASSWORD}".encode()).decode(),
)


class Lines(logging.Handler):
    """Keeps all that is logged, as it would be written."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        if record.name == "odoo.sql_db" or ".tests." in record.name:
            return  # statements, which nobody has logged who has secrets; and what the test's own browser says
        self.lines.append(f"{record.levelname} {self.format(record)}")


class EasypaisaCommon(PaymentHttpCommon):
    """A provider in test mode, and the sandbox that it asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls._enable_currency("PKR")
        cls.amount = 2500.0
        cls.pakistan = cls.env.ref("base.pk")
        cls.partner = cls.env["res.partner"].create(
            {"name": "Sana Payer", "country_id": cls.pakistan.id, "email": "sana@example.com"}
        )
        cls.easypaisa = cls.env["payment.provider"].create(
            {
                "name": "EasyPaisa",
                "code": "easypaisa",
                "easypaisa_flow": "wallet_otc",
                "easypaisa_store_id": sandbox.STORE,
                "easypaisa_account_number": sandbox.ACCOUNT,
                "easypaisa_username": sandbox.USERNAME,
                "easypaisa_password": sandbox.PASSWORD,
                "easypaisa_hash_key": sandbox.HASH_KEY,
                "redirect_form_view_id": cls.env.ref("payment_easypaisa.redirect_form").id,
                "inline_form_view_id": cls.env.ref("payment_easypaisa.inline_form").id,
                "payment_method_ids": [Command.set(cls.env.ref("payment.payment_method_easypaisa").ids)],
            }
        )
        cls.easypaisa.write({"state": "test", "is_published": True})
        cls.provider = cls.easypaisa
        cls.payment_method = cls.provider.payment_method_ids
        cls.payment_method_id = cls.payment_method.id

    def setUp(self):
        super().setUp()
        self.log = Lines()
        for name in ("", "odoo"):  # all of it, whatever this run writes elsewhere
            logger = logging.getLogger(name)
            self.addCleanup(logger.setLevel, logger.level)
            self.addCleanup(logger.removeHandler, self.log)
            logger.setLevel(logging.DEBUG)
        logging.getLogger().addHandler(self.log)
        self.sandbox = self.enterContext(sandbox.running())
        self.env["ir.config_parameter"].sudo().set_param(const.LOCAL_SANDBOX, self.sandbox.url)
        self.authenticate(None, None)
        self.addCleanup(self.assert_no_secret_is_logged)

    def assert_no_secret_is_logged(self):
        text = "\n".join(self.log.lines)
        for secret in SECRETS:
            self.assertNotIn(secret, text)
        self.assertNotIn("Traceback", text)

    # -- what a customer's browser does

    def checkout(self, flow="direct", **values):
        """Press Pay; return (the transaction, what the server answered)."""
        asked = self._prepare_transaction_values(self.payment_method_id, None, flow)
        asked.update({"landing_route": "/payment/confirmation", "reference_prefix": "V/2026/00042", **values})
        got = self._portal_transaction(**asked)
        return self._get_tx(got["reference"]), got

    def post_start(self, got, channel="wallet", mobile=MOBILE, **words):
        """Give the mobile number; return the server's answer."""
        form = {"reference": got["reference"], "access_token": got["access_token"]}
        form |= {"channel": channel, "mobile_number": mobile, "csrf_token": http.Request.csrf_token(self), **words}
        return self.url_open("/payment/easypaisa/start", data=form)

    def start(self, channel="wallet"):
        """Return a transaction that EasyPaisa was asked to begin, and what the browser was told."""
        tx, got = self.checkout()
        answer = self.post_start(got, channel)
        self.assertEqual(answer.status_code, 200)
        tx.invalidate_recordset()
        return tx, answer.json()

    def poll(self, tx):
        """Look again on the status page, some time after the last inquiry; return the state it tells."""
        self.wait(tx)
        state = self.make_jsonrpc_request("/payment/status/poll", {})["state"]
        tx.invalidate_recordset()
        return state

    def notify(self, tx, wait=True):
        """Have EasyPaisa send its notification, some time after the last inquiry; return the answer."""
        if wait:
            self.wait(tx)
        url = f"https://easypay.easypaisa.com.pk/easypay-service/rest/v4/ipn/{tx.reference}"
        response = self.url_open(f"/payment/easypaisa/notify?url={url}")
        tx.invalidate_recordset()
        return response

    def cron(self):
        """Let the scheduled action run."""
        self.env.flush_all()
        self.env.ref("payment_easypaisa.cron_inquire").method_direct_trigger()
        self.env.invalidate_all()

    def wait(self, tx):
        """Let so much time pass that EasyPaisa may be asked again."""
        tx.easypaisa_inquired_at = False
        tx.flush_recordset()

    def age(self, tx, delta):
        """Let ``delta`` pass for a transaction."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE payment_transaction SET create_date = create_date - %(by)s,
                   easypaisa_expires_at = easypaisa_expires_at - %(by)s,
                   easypaisa_inquired_at = easypaisa_inquired_at - %(by)s,
                   easypaisa_inquire_after = easypaisa_inquire_after - %(by)s
             WHERE id = %(id)s
            """,
            {"by": delta, "id": tx.id},
        )
        tx.invalidate_recordset()

    # -- what is seen

    @property
    def inquiries(self):
        return len(self.sandbox.asked(const.INQUIRY))

    def triggers(self):
        """Return how often post-processing was asked for."""
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])

    def page(self, path):
        return self.url_open(path)

    def absolute(self, path):
        return urljoin(self.base_url(), path)

    def now(self):
        return fields.Datetime.now()
