from odoo import api, models
from odoo.tools import SQL

GUARD = "clinic_patient_is_not_merged"
# The patient is read with a share lock: one who is merged at this moment makes this transaction fail to serialize,
# and Odoo runs it again on what is true then. A merge in turn waits until anyone who holds this lock is through.
FUNCTION = """
CREATE OR REPLACE FUNCTION clinic_patient_is_not_merged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept integer;
BEGIN
    SELECT merged_into_id INTO kept FROM clinic_patient WHERE id = NEW.patient_id FOR SHARE;
    IF kept IS NOT NULL THEN
        RAISE EXCEPTION 'Patient % was merged into %', NEW.patient_id, kept
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clinic_patient_is_not_merged', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$
"""


def is_of_merged_patient(error):
    """Return whether the database has raised ``error`` because the patient was merged into another one."""
    return error.diag.constraint_name == GUARD


class ClinicOfPatientMixin(models.AbstractModel):
    """A record that belongs to the patient in its own field ``patient_id``: it moves along when patients are merged.

    None is made for a patient who was merged into another: the database refuses it, so that no booking slips through
    while two patients become one.
    """

    _name = "clinic.of.patient.mixin"
    _description = "Belongs to a Patient"
    _of_patient = True
    _clinic_fixed = ("patient_id",)

    def init(self):
        result = super().init()
        if self._auto and not self._abstract:
            table, name = SQL.identifier(self._table), SQL.identifier(GUARD)
            self.env.cr.execute(FUNCTION)
            self.env.cr.execute(
                SQL(
                    "CREATE OR REPLACE TRIGGER %s BEFORE INSERT OR UPDATE OF patient_id ON %s"
                    " FOR EACH ROW EXECUTE FUNCTION %s()",
                    name,
                    table,
                    name,
                )
            )
        return result

    @api.model
    def _sql_error_to_message(self, exc):
        if is_of_merged_patient(exc):
            return self.env._(
                "This patient was merged into another one. Search by name or number and choose the one who is left."
            )
        return super()._sql_error_to_message(exc)

    def _movable_with_patient(self, kept):
        """Return those of these records that go to the patient ``kept`` in a merge; the others stay as they were.

        Models of which some rows are closed, or of which a patient has only one, override it.
        """
        return self
