from odoo import api, models
from odoo.exceptions import AccessError, UserError

# To know that a record exists, by which name, is not to open it.
NAMES = {"id", "display_name"}
# In the context of what is read along with something else. An object, so that nobody can hand it over from outside.
NOT_OPENED = object()


class ClinicConfidentialMixin(models.AbstractModel):
    """Part of a patient's record: who opens or exports it, or is refused, stands in the access log.

    A model needs a field ``patient_id``, or its own ``_confidential_patients``. Lists are not openings; reading one
    record is, by whatever client.
    """

    _name = "clinic.confidential.mixin"
    _description = "Part of a Patient's Record"

    def _confidential_patients(self):
        """Return the patients whom these records are about, of whatever branch; those that exist."""
        # The log must know them especially when the user may not read them.
        return self.sudo().with_context(active_test=False)._origin.exists().patient_id

    # -- opening ------------------------------------------------------------------------------------------------------

    @api.model
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        listed = self.with_context(clinic_not_opened=NOT_OPENED)
        return super(ClinicConfidentialMixin, listed).web_search_read(
            domain, specification, offset=offset, limit=limit, order=order, count_limit=count_limit
        )

    def web_read(self, specification):
        # What is read along with this record is not opened by itself.
        inner = self.with_context(clinic_not_opened=NOT_OPENED)
        values = super(ClinicConfidentialMixin, inner).web_read(specification)
        self._log_opening(specification)
        return values

    # An opening is written down, so these do not read from a replica.
    web_read._readonly = False

    def read(self, fields=None, load="_classic_read"):
        if not self.env.su and self and not self.browse().has_access("read"):
            self.check_access("read")
        try:
            values = super().read(fields, load)
        except AccessError as error:
            self._log_denied(error, "read")
            raise
        self._log_opening(fields)
        return values

    read._readonly = False

    def _log_opening(self, fields):
        """Write down that the user has opened the one record that was read."""
        along = self.env.context.get("clinic_not_opened") is NOT_OPENED
        if self.env.su or along or len(self) != 1 or not isinstance(self.id, int):
            return
        if fields is None or set(fields) - NAMES:
            self.env["clinic.access.log"]._log(self._confidential_patients(), "open", model=self._name)

    # -- exporting ----------------------------------------------------------------------------------------------------

    def export_data(self, fields_to_export):
        try:
            rows = super().export_data(fields_to_export)
        except UserError as error:
            self._log_denied(error, "export")
            raise
        self.env["clinic.access.log"]._log(self._confidential_patients(), "export", model=self._name)
        return rows

    # -- being refused ------------------------------------------------------------------------------------------------

    @api.private
    def check_access(self, operation):
        try:
            return super().check_access(operation)
        except AccessError as error:
            self._log_denied(error, operation)
            raise

    def _check_field_access(self, field, operation):
        try:
            return super()._check_field_access(field, operation)
        except AccessError as error:
            self._log_denied(error, f"{operation} {field.name}")
            raise

    @api.private
    def fetch(self, field_names=None):
        # Several at once are only tried for speed: where one of them is refused, each is asked for again.
        if len(self) != 1 or self.env.su:
            return super().fetch(field_names)
        if not self.browse().has_access("read"):
            self.check_access("read")
        try:
            return super().fetch(field_names)
        except AccessError as error:
            self._log_denied(error, "read")
            raise

    def _log_denied(self, error, verb):
        """Write down that the user was refused, once for each ``error``."""
        if not getattr(error, "clinic_logged", False):
            error.clinic_logged = True
            forbidden = self - self._filtered_access("read") if verb == "read" else self
            self.env["clinic.access.log"]._log(
                (forbidden or self)._confidential_patients(), "denied", reason=verb, model=self._name
            )
