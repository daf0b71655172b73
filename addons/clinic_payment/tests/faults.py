"""What must never be found in a database of a clinic that takes payments, asked by SQL alone."""

RECEIVABLE = """
    SELECT line.id, line.move_id, line.amount_residual
      FROM account_move_line line
      JOIN account_account account ON account.id = line.account_id
     WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'"""
# What was paid, with what became of it by the books.
PAID = f"""
    SELECT payment.id, payment.amount, payment.payment_type, payment.clinic_visit_id, line.amount_residual,
           (SELECT COALESCE(SUM(part.amount), 0)
              FROM account_partial_reconcile part
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_move move ON move.id = debit.move_id
             WHERE part.credit_move_id = line.id AND move.move_type = 'out_invoice') AS settled,
           (SELECT COALESCE(SUM(part.amount), 0)
              FROM account_partial_reconcile part
              JOIN account_move_line debit ON debit.id = part.debit_move_id
              JOIN account_payment back ON back.move_id = debit.move_id
             WHERE part.credit_move_id = line.id AND back.payment_type = 'outbound') AS paid_back
      FROM account_payment payment
      JOIN ({RECEIVABLE}) line ON line.move_id = payment.move_id
     WHERE payment.state IN ('in_process', 'paid')"""
# In these states somebody is expected or treated; a hold that is over waits for the scheduled action.
LIVE = "('held', 'booked', 'arrived', 'in_progress')"

FAULTS = {
    "a transaction with two payments": """
        SELECT payment_transaction_id FROM account_payment WHERE payment_transaction_id IS NOT NULL
      GROUP BY payment_transaction_id HAVING COUNT(*) > 1""",
    "a payment that is not as its transaction": """
        SELECT payment.id FROM account_payment payment
          JOIN payment_transaction tx ON tx.id = payment.payment_transaction_id
         WHERE tx.payment_id IS DISTINCT FROM payment.id OR tx.state != 'done' OR ABS(tx.amount) != payment.amount
            OR tx.partner_id != payment.partner_id OR (tx.amount > 0) != (payment.payment_type = 'inbound')""",
    "done, processed, and not in the books": """
        SELECT id FROM payment_transaction WHERE state = 'done' AND is_post_processed AND payment_id IS NULL""",
    "money back that is of no payment or credit note": f"""
        SELECT payment.id, line.amount_residual FROM account_payment payment
          JOIN ({RECEIVABLE}) line ON line.move_id = payment.move_id
         WHERE payment.payment_type = 'outbound' AND payment.state IN ('in_process', 'paid')
           AND ABS(line.amount_residual) > 0.001""",
    "a refund that is returned without its money, or the other way round": """
        SELECT refund.id, refund.money_state, refund.amount_money, back.amount
          FROM clinic_refund refund
          CROSS JOIN LATERAL (
               SELECT COALESCE(SUM(amount), 0) AS amount FROM account_payment
                WHERE clinic_refund_id = refund.id AND state IN ('in_process', 'paid')) back
         WHERE refund.state = 'done' AND (refund.money_state = 'returned') != (back.amount >= refund.amount_money)""",
    "an entry that does not balance": """
        SELECT move_id FROM account_move_line WHERE parent_state = 'posted'
      GROUP BY move_id HAVING ABS(SUM(balance)) > 0.001""",
    "money in that is neither settled, open nor paid back": f"""
        SELECT id, amount, settled, paid_back, amount_residual FROM ({PAID}) paid
         WHERE payment_type = 'inbound' AND ABS(amount - settled - paid_back + amount_residual) > 0.001""",
    "an invoice of which more or less is due than was not set off": f"""
        SELECT move.id FROM account_move move JOIN ({RECEIVABLE}) line ON line.move_id = move.id
         WHERE move.move_type = 'out_invoice' AND move.state = 'posted'
           AND ABS(move.amount_total - line.amount_residual - (
               SELECT COALESCE(SUM(part.amount), 0) FROM account_partial_reconcile part
                WHERE part.debit_move_id = line.id)) > 0.001""",
    "a deposit that is set against the invoice of another visit": """
        SELECT payment.id, visit.id, move.id
          FROM account_partial_reconcile part
          JOIN account_move_line credit ON credit.id = part.credit_move_id
          JOIN account_move_line debit ON debit.id = part.debit_move_id
          JOIN account_move move ON move.id = debit.move_id AND move.move_type = 'out_invoice'
          JOIN account_payment payment ON payment.move_id = credit.move_id
          JOIN clinic_visit visit ON visit.id = payment.clinic_visit_id
         WHERE move.clinic_visit_id IS DISTINCT FROM visit.id
           AND (visit.state IN ('held', 'booked', 'arrived', 'in_progress')
                OR (visit.state = 'done' AND visit.is_checked_out IS NOT TRUE))""",
    "a deposit that is settled without its money, or the other way round": """
        SELECT visit.id, visit.deposit_state, visit.deposit_amount, visit.deposit_paid, taken.amount
          FROM clinic_visit visit
          CROSS JOIN LATERAL (
               SELECT COALESCE(SUM(CASE payment_type WHEN 'inbound' THEN amount ELSE -amount END), 0) AS amount
                 FROM account_payment
                WHERE clinic_visit_id = visit.id AND state IN ('in_process', 'paid')) taken
         WHERE ABS(COALESCE(visit.deposit_paid, 0) - taken.amount) > 0.001
            OR visit.deposit_state != CASE
                   WHEN COALESCE(visit.deposit_amount, 0) = 0 THEN 'none'
                   WHEN taken.amount >= visit.deposit_amount THEN 'paid'
                   WHEN visit.deposit_waived_by_id IS NOT NULL THEN 'waived'
                   ELSE 'due' END""",
    "a visit that is paid without its money, or the other way round": f"""
        SELECT visit.id, visit.payment_state, visit.amount_due, due.amount
          FROM clinic_visit visit
          CROSS JOIN LATERAL (
               SELECT SUM(line.amount_residual) AS amount
                 FROM account_move move JOIN ({RECEIVABLE}) line ON line.move_id = move.id
                WHERE move.clinic_visit_id = visit.id AND move.move_type = 'out_invoice') due
         WHERE due.amount IS NOT NULL AND visit.payment_state != 'credited'
           AND ((visit.payment_state = 'paid') != (due.amount <= 0) OR ABS(visit.amount_due - due.amount) > 0.001)""",
    "a visit that was given up and still has its time": """
        SELECT visit.id FROM clinic_visit visit
          JOIN clinic_procedure procedure ON procedure.visit_id = visit.id
          JOIN clinic_reservation reservation ON reservation.procedure_id = procedure.id AND reservation.blocking
         WHERE visit.state IN ('cancelled', 'no_show')""",
    "a visit that is expected and has not got its time": f"""
        SELECT visit.id FROM clinic_visit visit
          JOIN clinic_procedure procedure ON procedure.visit_id = visit.id AND procedure.state != 'cancelled'
         WHERE visit.state IN {LIVE} AND 2 > (
               SELECT COUNT(DISTINCT reservation.resource_id) FROM clinic_reservation reservation
                WHERE reservation.procedure_id = procedure.id AND reservation.blocking
                  AND reservation.start <= procedure.start AND reservation.stop >= procedure.stop)""",
    "two visits of one practitioner at one time": f"""
        SELECT one.visit_id, other.visit_id
          FROM clinic_procedure one
          JOIN clinic_procedure other ON other.practitioner_id = one.practitioner_id AND other.id > one.id
           AND other.start < one.stop AND other.stop > one.start AND other.visit_id != one.visit_id
          JOIN clinic_visit visit ON visit.id = one.visit_id AND visit.state IN {LIVE}
          JOIN clinic_visit another ON another.id = other.visit_id AND another.state IN {LIVE}
         WHERE one.state != 'cancelled' AND other.state != 'cancelled'""",
    "money of a visit that was given up, and nobody has a task": f"""
        SELECT paid.id, visit.id FROM ({PAID}) paid
          JOIN clinic_visit visit ON visit.id = paid.clinic_visit_id AND visit.state IN ('cancelled', 'no_show')
         WHERE paid.payment_type = 'inbound' AND paid.amount_residual < 0 AND NOT EXISTS (
               SELECT FROM mail_activity WHERE res_model = 'clinic.visit' AND res_id = visit.id)""",
}


def faults(ask):
    """Return what is wrong, as texts; none in a sound database.

    :param ask: runs a query and returns its rows
    """
    found = {name: ask(query) for name, query in FAULTS.items()}
    return [f"{name}: {rows}" for name, rows in found.items() if rows]
