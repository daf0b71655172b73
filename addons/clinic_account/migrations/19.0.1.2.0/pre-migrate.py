def migrate(cr, version):
    """Link each invoice that charges a procedure to its visit: those that were renewed or billed later had no link.

    What the visit stores of its invoices is computed after that, when its new columns are made.
    """
    # Its new definition knows further charges; the old one would refuse them.
    cr.execute("DROP INDEX IF EXISTS account_move_one_invoice_per_visit")
    cr.execute("ALTER TABLE account_move ADD COLUMN IF NOT EXISTS clinic_supplement boolean")
    cr.execute(
        """
          WITH charged AS (
                SELECT move.id, max(procedure.visit_id) AS visit_id, move.state
                  FROM account_move move
                  JOIN account_move_line line ON line.move_id = move.id
                  JOIN clinic_procedure procedure ON procedure.id = line.clinic_procedure_id
                 WHERE move.clinic_visit_id IS NULL AND move.move_type = 'out_invoice'
              GROUP BY move.id
               ), counted AS (
                SELECT charged.*,
                       row_number() OVER (
                           PARTITION BY charged.visit_id, charged.state = 'cancel' ORDER BY charged.id
                       ) AS number,
                       EXISTS (
                           SELECT 1
                             FROM account_move own
                            WHERE own.clinic_visit_id = charged.visit_id AND own.move_type = 'out_invoice'
                              AND own.state != 'cancel' AND own.clinic_credited IS NOT TRUE
                       ) AS has_own
                  FROM charged
               )
        UPDATE account_move move
           SET clinic_visit_id = counted.visit_id,
               clinic_supplement = (counted.has_own OR counted.number > 1)
          FROM counted
         WHERE move.id = counted.id
        """
    )
    cr.execute(
        """
        UPDATE account_move note
           SET clinic_visit_id = invoice.clinic_visit_id, clinic_supplement = invoice.clinic_supplement
          FROM account_move invoice
         WHERE invoice.id = note.reversed_entry_id AND note.clinic_visit_id IS NULL
           AND invoice.clinic_visit_id IS NOT NULL AND note.move_type = 'out_refund'
        """
    )
