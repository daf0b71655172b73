from . import test_invoice_items
