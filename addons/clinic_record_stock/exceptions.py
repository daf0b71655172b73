from odoo.exceptions import UserError


class QuantityNeeded(UserError):
    """An item was scanned that the protocol does not expect: nobody knows how much of it was used.

    ``context`` reaches the browser: the product and the unit in which the same scan is to be sent with a quantity.
    """

    def __init__(self, message, product, uom):
        super().__init__(message)
        self.context = {"product": product, "uom": uom}
