def migrate(cr, version):
    """Take what each procedure costs for its list price: what was told is kept, and discounts are counted from it."""
    cr.execute("ALTER TABLE clinic_procedure ADD COLUMN IF NOT EXISTS list_price numeric")
    cr.execute("UPDATE clinic_procedure SET list_price = price_unit WHERE list_price IS NULL")
