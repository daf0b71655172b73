from datetime import timedelta

from odoo.addons.payment.const import SENSITIVE_KEYS as PAYMENT_SENSITIVE_KEYS

# Where real money moves, and where it does not.
LIVE_URL = "https://payments.jazzcash.com.pk"
SANDBOX_URL = "https://sandbox.jazzcash.com.pk"
# To which the page may lead on.
HOSTS = "https://*.jazzcash.com.pk"
# An address on this machine that stands for JazzCash's sandbox, read for a provider in test mode only.
LOCAL_SANDBOX = "payment_jazzcash.local_sandbox"

PAGE = "/CustomerPortal/transactionmanagement/merchantform/"
WALLET = "/ApplicationAPI/API/2.0/Purchase/DoMWalletTransaction"
INQUIRY = "/ApplicationAPI/API/PaymentInquiry/Inquire"
# By the code of the payment method that paid.
REFUNDS = {
    "jazzcash": "/ApplicationAPI/API/Purchase/domwalletrefundtransaction",
    "card": "/ApplicationAPI/API/authorize/Refund",
}
# The version and the kind of payment that the page is opened for, by the code of the payment method.
PAGE_KINDS = {"jazzcash": ("1.1", "MWALLET"), "card": ("2.0", "MPAY")}

SUPPORTED_CURRENCIES = ["PKR"]
DEFAULT_PAYMENT_METHOD_CODES = {"jazzcash"}

TIMEZONE = "Asia/Karachi"
TIME_FORMAT = "%Y%m%d%H%M%S"
REFERENCE = r"[A-Za-z0-9]{1,20}"
MOST_BYTES = 16 * 1024

# Seconds. The wallet's answer comes once the customer has confirmed on the phone, or has not.
TIMEOUT = 10
WALLET_TIMEOUT = 45
# How often phones are asked for one customer.
MOST_PROMPTS = 10
PROMPTS_PERIOD = timedelta(hours=1)
# How long somebody may stay on the page.
EXPIRY = timedelta(hours=1)
# JazzCash does not know earlier what became of a payment, and is not asked about one for ever.
FIRST_INQUIRY = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=6)
LAST_INQUIRY = timedelta(days=4)

# What JazzCash answers. A code that is not here is a failure.
DONE = {"000", "121"}
PENDING = {"058", "119", "124", "134", "157", "210"}
CANCELLED = {"112", "116", "122", "129"}
REFUNDED = {"000", "131"}
# An inquiry that was answered so says nothing about the payment.
INQUIRY_TROUBLE = {"058", "101", "105", "115", "118", "134", "199"}

# Never in a log: what signs, what lets somebody in, and who the customer is.
SENSITIVE_KEYS = {
    "pp_CNIC",
    "pp_CustomerCardExpiry",
    "pp_CustomerCardNo",
    "pp_CustomerEmail",
    "pp_CustomerID",
    "pp_CustomerMobile",
    "pp_MerchantMPIN",
    "pp_MobileNumber",
    "pp_Password",
    "pp_SecureHash",
    "pp_TokenizedCardNumber",
}
PAYMENT_SENSITIVE_KEYS.update(SENSITIVE_KEYS)
# All that is logged of a message.
LOGGED_KEYS = (
    "pp_TxnRefNo",
    "pp_Amount",
    "pp_TxnCurrency",
    "pp_ResponseCode",
    "pp_PaymentResponseCode",
    "pp_Status",
)
