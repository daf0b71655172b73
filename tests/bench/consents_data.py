"""A full day's board and a record of years, with what every patient has signed, or has still to sign."""

import clinic_data
import record_data

from odoo.addons.clinic_consent.evidence import digest

# A form that holds for months was signed so often in past years; one that holds until it is withdrawn, once.
SIGNED = 8
# Of so many patients one has not signed lately: it is to be signed on the day of the board.
ONE_DUE_IN = 3
FORMS = (
    {"name": "Personal data", "kind": "data", "validity": "open"},
    {"name": "Treatment", "validity": "months", "validity_months": 12},
    {"name": "Photos", "kind": "photo", "validity": "open", "mandatory": False},
)


def make_small(env):
    """Make the clinic with the full day, and the patient of forty visits."""
    clinic_data.make_ours(env)
    record_data.make_small(env)


def make_large(env):
    """Publish three forms for every treatment, and let the patients of both clinics have signed them for years."""
    env["clinic.consent.template"].search([]).active = False
    for values in FORMS:
        template = env["clinic.consent.template"].create({**values, "for_all": True})
        text = {
            "template_id": template.id,
            "title": values["name"],
            "body": "<p>I, {patient}, agree to {treatment}.</p>",
        }
        version = env["clinic.consent.version"].create(text)
        version.action_publish()
        _sign(env, version)


def _sign(env, version):
    """Add to each patient's consents those of the past years; the evidence of these rows is not looked at here."""
    env.flush_all()
    template = version.template_id
    env.cr.execute(
        """
        INSERT INTO clinic_consent (
            uuid, evidence_hash, patient_id, company_id, kind, template_id, version_id, version_hash, lang, validity,
            treatment_id, signed_at, valid_until, signer_name, identified, user_id, create_uid, create_date
        )
        SELECT gen_random_uuid()::text, encode(sha256(gen_random_uuid()::text::bytea), 'hex'), procedure.patient_id,
               procedure.company_id, 'signed', %(template)s, %(version)s, %(hash)s, 'en', %(validity)s,
               procedure.treatment_id, at.moment,
               CASE WHEN %(validity)s = 'months' THEN (at.moment + interval '12 months')::date END,
               'Patient', 'desk', %(user)s, %(user)s, now()
          FROM (SELECT DISTINCT ON (patient_id) patient_id, company_id, treatment_id
                  FROM clinic_procedure ORDER BY patient_id, id) AS procedure
    CROSS JOIN generate_series(1, %(signed)s) AS number
    CROSS JOIN LATERAL (
                   SELECT now() - make_interval(months => 2 + 13 * (number - 1 + (procedure.patient_id %% %(one_in)s
                                                                             = 0)::int)) AS moment
               ) AS at
        """,
        {
            "template": template.id,
            "version": version.id,
            "hash": digest(version.text_hash.encode()),
            "validity": template.validity,
            "user": env.uid,
            "signed": SIGNED if template.validity == "months" else 1,
            "one_in": ONE_DUE_IN,
        },
    )
