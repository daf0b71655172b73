from odoo import models

NAME = "finite"
NUMBERS = ("numeric", "float8", "double precision")


class Base(models.AbstractModel):
    """No table of ours has a number that is none: the database keeps that, whatever way leads there.

    NaN is above every least value and below every greatest one for a database: what is compared with it is lost.
    """

    _inherit = "base"

    def _add_sql_constraints(self):
        super()._add_sql_constraints()
        if self._name.startswith("clinic.") and (columns := self._clinic_number_columns()):
            condition = " AND ".join(f'"{column}" - "{column}" = 0' for column in columns)
            constraint = models.Constraint(f"CHECK ({condition})")
            constraint.name = NAME
            constraint.apply_to_database(self)

    def _clinic_number_columns(self):
        """Return the columns of this model's own table with numbers that may have a fraction."""
        fields = (field for field in self._fields.values() if field.store and not field.company_dependent)
        return sorted(field.name for field in fields if field.column_type and field.column_type[0] in NUMBERS)
