-- What holds in every clinic at every moment, whatever was killed, restarted or cut off. Each statement gives the rows for
-- which it does not hold. "needs" names its tables: without one of them, the addon is not installed.

-- name: nobody and no room is booked twice at one time
-- needs: clinic_reservation
SELECT one.id FROM clinic_reservation one JOIN clinic_reservation other
    ON other.resource_id = one.resource_id AND other.id > one.id AND other.blocking
   AND other.start < one.stop AND other.stop > one.start
 WHERE one.blocking;

-- name: a procedure is its visit's: patient and branch
-- needs: clinic_procedure, clinic_visit
SELECT p.id FROM clinic_procedure p JOIN clinic_visit v ON v.id = p.visit_id
 WHERE p.patient_id != v.patient_id OR p.company_id != v.company_id;

-- name: of a course not more sessions are used than were bought
-- needs: clinic_course, clinic_session
SELECT c.id FROM clinic_course c LEFT JOIN clinic_session s ON s.course_id = c.id AND s.state = 'redeemed'
 GROUP BY c.id HAVING count(s.id) > c.session_count;

-- name: a session is used by one procedure
-- needs: clinic_procedure, clinic_session
SELECT session_id FROM clinic_procedure WHERE session_id IS NOT NULL AND state = 'done'
 GROUP BY session_id HAVING count(*) > 1;

-- name: what lies in stock is what came less what went
-- needs: stock_quant, stock_move_line
WITH moved AS (
    SELECT product_id, location_id, coalesce(lot_id, 0) AS lot, sum(quantity) AS quantity
      FROM (
            SELECT product_id, location_dest_id AS location_id, lot_id, quantity_product_uom AS quantity
              FROM stock_move_line WHERE state = 'done'
             UNION ALL
            SELECT product_id, location_id, lot_id, -quantity_product_uom FROM stock_move_line WHERE state = 'done'
           ) AS line
     GROUP BY 1, 2, 3
), lying AS (
    SELECT product_id, location_id, coalesce(lot_id, 0) AS lot, sum(quantity) AS quantity FROM stock_quant GROUP BY 1, 2, 3
)
SELECT product_id FROM moved FULL JOIN lying USING (product_id, location_id, lot)
 WHERE location_id IN (SELECT id FROM stock_location WHERE usage = 'internal')
   AND abs(coalesce(moved.quantity, 0) - coalesce(lying.quantity, 0)) > 0.0005;

-- name: an open vial holds between nothing and all that it held
-- needs: clinic_open_vial
SELECT id FROM clinic_open_vial WHERE remaining < -0.0005 OR remaining > size + 0.0005;

-- name: what an item's use moved has left the stock
-- needs: clinic_consumption, stock_move
SELECT c.id FROM clinic_consumption c JOIN stock_move m ON m.id = c.move_id WHERE m.state != 'done';

-- name: posted entries balance
-- needs: account_move_line
SELECT move_id FROM account_move_line WHERE parent_state = 'posted' GROUP BY move_id HAVING abs(sum(balance)) > 0.0005;

-- name: a line's debit and credit are its balance
-- needs: account_move_line
SELECT id FROM account_move_line WHERE abs(debit - credit - balance) > 0.0005 AND parent_state = 'posted';

-- name: a transaction has one payment
-- needs: payment_transaction
SELECT payment_id FROM payment_transaction WHERE payment_id IS NOT NULL GROUP BY payment_id HAVING count(*) > 1;

-- name: a commission is counted once
-- needs: clinic_commission_entry
SELECT min(id) FROM clinic_commission_entry
 WHERE origin_key IS NOT NULL AND origin_id IS NULL AND reverses_id IS NULL
 GROUP BY origin_key, practitioner_id, role, posting HAVING count(*) > 1;

-- name: a commission is reversed once
-- needs: clinic_commission_entry
SELECT reverses_id FROM clinic_commission_entry WHERE reverses_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1;

-- name: a printed consent is one of those that were signed, and its PDF is stored
-- needs: clinic_consent_document, clinic_vault_file
SELECT d.id FROM clinic_consent_document d JOIN clinic_consent c ON c.id = d.consent_id
 WHERE NOT EXISTS (SELECT FROM clinic_vault_file f WHERE f.owner = c.uuid);

-- name: the access log has as many rows as its end says
-- needs: clinic_log.clinic_access_log_head
SELECT h.sequence FROM clinic_log.clinic_access_log_head h
 WHERE h.sequence != (SELECT count(*) FROM clinic_log.clinic_access_log);

-- name: the change log has as many seals as its end says
-- needs: clinic_log.clinic_change_head
SELECT h.sequence FROM clinic_log.clinic_change_head h
 WHERE h.sequence != (SELECT count(*) FROM clinic_log.clinic_change_seal);
