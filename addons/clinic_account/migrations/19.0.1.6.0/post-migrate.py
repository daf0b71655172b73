from odoo.api import SUPERUSER_ID, Environment


def migrate(cr, version):
    """Let each patient be billed alone, and what was booked for a family or an employer be the patient's own.

    Of a payment it is known by the invoices that it pays, where they are one patient's. An entry that was secured by a
    hash stays as it is, as the partner is part of what the hash proves.
    """
    partners = Environment(cr, SUPERUSER_ID, {})["res.partner"]
    patients = partners.with_context(active_test=False).search([("clinic_patient_ids", "!=", False)])
    # With the addresses below them.
    billed = partners.with_context(active_test=False).search([("id", "child_of", patients.ids)])
    for name in ("commercial_partner_id", "commercial_company_name"):
        partners.env.add_to_compute(partners._fields[name], billed)
    partners.flush_model()
    cr.execute(
        """
        CREATE TEMPORARY TABLE clinic_billed ON COMMIT DROP AS
        SELECT payment.id AS payment_id, payment.move_id, MIN(bill.partner_id) AS partner_id
          FROM account_payment payment
          JOIN account_move__account_payment paid ON paid.payment_id = payment.id
          JOIN account_move bill ON bill.id = paid.invoice_id
      GROUP BY payment.id
        HAVING MIN(bill.partner_id) = MAX(bill.partner_id) AND MIN(bill.partner_id) != payment.partner_id
           AND MIN(bill.partner_id) IN (SELECT partner_id FROM clinic_patient)
           AND BOOL_AND(NOT EXISTS (
               SELECT FROM account_move entry WHERE entry.id = payment.move_id AND entry.inalterable_hash IS NOT NULL))
        """
    )
    cr.execute("UPDATE account_payment SET partner_id = b.partner_id FROM clinic_billed b WHERE b.payment_id = id")
    cr.execute(
        "UPDATE account_move SET partner_id = b.partner_id FROM clinic_billed b WHERE b.move_id = account_move.id"
    )
    cr.execute(
        """
        CREATE TEMPORARY TABLE clinic_own ON COMMIT DROP AS
        SELECT move.id, move.partner_id, move.commercial_partner_id AS before
          FROM account_move move
         WHERE move.partner_id IN (SELECT partner_id FROM clinic_patient)
           AND move.commercial_partner_id != move.partner_id AND move.inalterable_hash IS NULL
        """
    )
    cr.execute(
        "UPDATE account_move SET commercial_partner_id = o.partner_id FROM clinic_own o WHERE o.id = account_move.id"
    )
    cr.execute(
        """
        UPDATE account_move_line line SET partner_id = own.partner_id
          FROM clinic_own own WHERE line.move_id = own.id AND line.partner_id = own.before
        """
    )
    # What one entry paid of several patients' bills is each one's own.
    cr.execute(
        """
        UPDATE account_move_line line SET partner_id = paid.partner_id
          FROM (SELECT partial.credit_move_id AS id, MIN(bill.partner_id) AS partner_id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                  JOIN account_move bill ON bill.id = debit.move_id AND bill.move_type = 'out_invoice'
              GROUP BY partial.credit_move_id
                HAVING MIN(bill.partner_id) = MAX(bill.partner_id)) AS paid
         WHERE line.id = paid.id AND line.partner_id != paid.partner_id
           AND line.move_id IN (SELECT id FROM clinic_own)
           AND paid.partner_id IN (SELECT partner_id FROM clinic_patient)
        """
    )
