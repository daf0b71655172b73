from odoo.exceptions import UserError


class UnusualQuantity(UserError):
    """Much more or less of an item than the protocol expects, or more than it allows: asked about once.

    ``args`` and ``context`` reach the browser; the text, which the server writes into its log, tells no dose.
    ``context`` says of which product, the quantity in the product's unit that an answer is about, and
    whether it needs a reason. The same call goes through with ``clinic_confirmed`` in its context:
    ``{product id, as text: {"quantity": that quantity, "reason": why}}``.
    """

    def __init__(self, message, neutral, product_id, quantity, needs_reason):
        super().__init__(message)
        self.neutral = neutral
        self.context = {"product_id": product_id, "quantity": quantity, "needs_reason": needs_reason}

    def __str__(self):
        return self.neutral


class QuantityNeeded(UserError):
    """An item was scanned that the protocol does not expect: nobody knows how much of it was used.

    ``context`` reaches the browser: the product and the unit in which the same scan is to be sent with a quantity.
    """

    def __init__(self, message, product, uom):
        super().__init__(message)
        self.context = {"product": product, "uom": uom}
