from . import ir_http, payment_transaction
