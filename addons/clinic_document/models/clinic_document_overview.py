from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.clinic.door import a_flag, an_id, takes


class ClinicDocumentOverview(models.AbstractModel):
    """All documents of a patient that the user may see, from wherever they come, in a few queries.

    Other addons add theirs in ``_prepare_groups``.
    """

    _name = "clinic.document.overview"
    _description = "Documents of a Patient"

    @takes(patient_id=an_id(), deleted=a_flag())
    @api.model
    def load(self, patient_id, deleted=False):
        """Return the documents by kind, in each the newest first.

        :param deleted: the uploaded ones that were deleted instead
        :raises AccessError: for those who see no documents
        """
        documents = self.env["clinic.document"]
        patient = self.env["clinic.patient"].browse(patient_id).exists()
        if not patient:
            raise UserError(self.env._("This patient does not exist any more."))
        if not documents.has_access("read"):
            raise AccessError(self.env._("Documents are for those who treat, and in part for reception."))
        patient.check_access("read")
        patient = patient._kept()
        clinical = bool(self.env.user.has_group("clinic.group_cosmetologist") and patient._in_care())
        if not clinical and not self.env.user.has_group("clinic.group_reception"):
            self.env["clinic.access.log"]._log(patient, "denied", model=documents._name)
            raise AccessError(self.env._("The documents open once the patient is in your care. Open the record first."))
        self.env["clinic.photo"]._log_view(patient, documents._name)
        groups = self._prepare_deleted(patient) if deleted else self._prepare_groups(patient)
        return {
            "patient": {"id": patient.id, "name": patient.name, "number": patient.number},
            "clinical": clinical,
            "held": bool(patient.sudo().photo_hold_reason),
            "can_share": self.env.user.has_group("clinic.group_practitioner"),
            "groups": [group for group in groups if group["rows"]],
            "kinds": self._prepare_kinds(),
            "today": fields.Date.to_string(self.env.company._clinic_today()),
        }

    @api.model
    def _prepare_groups(self, patient):
        """Return [{"name", "rows"}]: what was uploaded by the kinds' order, then what was photographed."""
        found = self._search_documents(patient, Domain("active", "=", True))
        groups = self._group(found)
        return [*groups, {"key": "photos", "name": self.env._("Photographed"), "rows": self._prepare_photos(patient)}]

    @api.model
    def _prepare_deleted(self, patient):
        domain = Domain("active", "=", False) & Domain("erased_at", "=", False)
        return self._group(self._deletable(self._search_documents(patient, domain)))

    @api.model
    def _search_documents(self, patient, domain):
        documents = self.env["clinic.document"].with_context(active_test=False)
        return documents.search(Domain("patient_id", "=", patient.id) & domain)

    @api.model
    def _deletable(self, documents):
        """Return those that the user may delete, and bring back."""
        own = documents._filtered_access("write")
        if self.env.user.has_group("clinic.group_practitioner"):
            return own
        return own.filtered(lambda document: document.author_id == self.env.user and document._is_own_of_today())

    @api.model
    def _group(self, documents):
        deletable, rows = self._deletable(documents), {}
        # Of documents that the user may see; their kinds' names and people are no secret beside them.
        for document in documents.sudo():
            row = {**self._prepare_row(document), "can_delete": document in deletable}
            rows.setdefault(document.kind_id, []).append(row)
        kinds = self.env["clinic.document.kind"].sudo().union(*rows).sorted()
        return [{"key": f"kind/{kind.id}", "name": kind.name, "rows": rows[kind]} for kind in kinds]

    @api.model
    def _prepare_row(self, document):
        """Return a document that was uploaded, as the screen takes it."""
        return {
            "key": f"document/{document.id}",
            "source": "document",
            "id": document.id,
            "title": document.name,
            "date": fields.Date.to_string(document.date),
            "url": f"/clinic/document/{document.uuid}",
            "is_pdf": document.file_type == "pdf",
            "pages": document.pages,
            "author": document.author_id.name,
            "note": document.note or "",
            "shared": document.is_shared,
            "badge": False,
            "delete_reason": document.delete_reason or "",
            "can_delete": False,
        }

    @api.model
    def _prepare_photos(self, patient):
        """Return the documents that were photographed into the gallery."""
        photos = self.env["clinic.photo"]
        if not photos.has_access("read"):
            return []
        found = photos.search([("patient_id", "=", patient.id), ("kind", "=", "document")])
        return [
            {
                "key": f"photo/{photo.id}",
                "source": "photo",
                "id": photo.id,
                "title": photo.note or self.env._("Photographed document"),
                "date": fields.Date.to_string(photo._local_day()),
                "url": f"/clinic/photo/{photo.uuid}/original",
                "is_pdf": False,
                "pages": 1,
                "author": photo.author_id.name,
                "note": "",
                "shared": photo.is_shared,
                "badge": False,
                "delete_reason": "",
                "can_delete": False,
            }
            # Of those that the user may see.
            for photo in found.sudo()
        ]

    @api.model
    def _prepare_kinds(self):
        """Return the kinds to choose from; ``words`` in a file's name propose one."""
        return [
            {
                "id": kind.id,
                "name": kind.name,
                "for_reception": kind.is_for_reception,
                "words": [word.strip().lower() for word in (kind.keywords or "").split(",") if word.strip()],
            }
            for kind in self.env["clinic.document.kind"].search([])
        ]
