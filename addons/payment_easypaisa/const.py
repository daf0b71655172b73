from datetime import timedelta

from odoo.addons.payment.const import SENSITIVE_KEYS as PAYMENT_SENSITIVE_KEYS

# What must never stand in a log: what lets somebody in, and whose telephone it is.
SENSITIVE_KEYS = {
    "Credentials",
    "accountNum",
    "auth_token",
    "emailAddr",
    "emailAddress",
    "merchantHashedReq",
    "mobileAccountNo",
    "mobileNum",
    "mobile_number",
    "msisdn",
    "paymentToken",
}
PAYMENT_SENSITIVE_KEYS.update(SENSITIVE_KEYS)  # also for what `payment` itself logs

SUPPORTED_CURRENCIES = {"PKR"}
DEFAULT_PAYMENT_METHOD_CODES = {"easypaisa"}

LIVE_URL = "https://easypay.easypaisa.com.pk"
TEST_URL = "https://easypaystg.easypaisa.com.pk"
# Names a sandbox server on this machine, for providers in test mode alone. See `_easypaisa_get_local_sandbox`.
LOCAL_SANDBOX = "payment_easypaisa.local_sandbox"

CHECKOUT_PATH = "/easypay/Index.jsf"
CONFIRM_PATH = "/easypay/Confirm.jsf"
API_PATH = "/easypay-service/rest/v4/"
INQUIRY = "inquire-transaction"
# Which way of paying is begun by which request of the Open API.
STARTS = {"wallet": "initiate-ma-transaction", "otc": "initiate-otc-transaction"}
# Which ways of paying a setting offers in the payment form itself; the hosted checkout asks on its own page.
INLINE_CHANNELS = {"hosted": (), "wallet": ("wallet",), "otc": ("otc",), "wallet_otc": ("wallet", "otc")}

TIME_ZONE = "Asia/Karachi"
HASH_KEY_LENGTHS = (16, 24, 32)
REFERENCE_LENGTH = 20
RANDOM_LENGTH = 8  # of a reference: nobody guesses one, and one that was given once is not given again

SUCCESS, UNKNOWN_ORDER = "0000", "0003"
# EasyPaisa has certainly not begun these: wrong fields, store, account, or credentials; no money or no such account.
REFUSALS = {
    *("0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"),
    *("0010", "0011", "0012", "0013", "0014", "0015", "0016", "0017"),
}
# What the inquiry says of the payment itself; whatever else it says, the payment stays as it is.
STATUS_MAPPING = {
    "done": ("PAID",),
    "pending": ("PENDING",),
    "error": ("FAILED",),
    "cancel": ("BLOCKED", "EXPIRED", "REVERSED"),
}

TIMEOUT = 10  # seconds for a whole answer
MOST_ANSWER = 65536  # bytes of an answer
MOST_FORM = 8192  # bytes of what anybody may send us
INQUIRY_PAUSE = timedelta(seconds=10)  # between two inquiries about one payment, no matter who asks
FIRST_PAUSE, LAST_PAUSE = timedelta(minutes=1), timedelta(hours=1)  # between the cron's inquiries about one payment
GRACE = timedelta(hours=1)  # after its time is over, before an unpaid payment is closed
LATE = timedelta(days=2)  # after its time is over, in which the cron still looks for late money
BATCH = 200
