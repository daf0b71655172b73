from odoo import fields, models


class ResCompany(models.Model):
    """What of the record a branch permits on the portal; each document and photo is released by itself as well."""

    _inherit = "res.company"

    clinic_portal_documents = fields.Boolean(
        "Documents on the Portal", default=True, help="Patients see the documents that a practitioner has released."
    )
    clinic_portal_photos = fields.Boolean(
        "Photos on the Portal", default=True, help="Patients see the photos that a practitioner has released."
    )
    clinic_portal_summary = fields.Boolean(
        "Medical Summary on the Portal", help="Patients read the summary that a practitioner has written and released."
    )
    clinic_portal_aftercare = fields.Boolean(
        "Aftercare on the Portal", default=True, help="Patients read the protocol's aftercare with each visit."
    )
