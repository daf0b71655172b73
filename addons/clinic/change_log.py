"""What the change log covers besides the clinic's own tables."""

TRIGGER = "clinic_change"
# Prices, taxes, rights, users, journals, thresholds, settings, places and hours; each if its addon is installed.
NATIVE = {
    "account.account",
    "account.fiscal.position",
    "account.journal",
    "account.payment.term",
    "account.tax",
    "hr.employee",
    "ir.config_parameter",
    "ir.mail_server",
    "ir.model.access",
    "ir.rule",
    "product.category",
    "product.pricelist",
    "product.pricelist.item",
    "product.product",
    "product.supplierinfo",
    "product.template",
    "res.company",
    "res.currency.rate",
    "res.groups",
    "res.partner",
    "res.users",
    "resource.calendar",
    "resource.calendar.attendance",
    "resource.calendar.leaves",
    "stock.location",
    "stock.warehouse.orderpoint",
}
SECRET = {
    "ir.config_parameter": ("value",),
    "ir.mail_server": ("smtp_pass",),
    "res.users": ("password", "totp_secret", "totp_last_counter"),
}
# Where Odoo's own chat keeps what it shows to whom; nobody decides it.
CHAT = ("discuss.", "mail.")
CHAT_FIELDS = {"odoobot_state"}
# About people: who sees the log reads it where they may read the record.
PERSONAL = {"hr.employee", "res.partner"}
