from datetime import datetime, time, timedelta

# Odoo's tests replace freezegun.freeze_time by a version that cannot ignore modules.
from freezegun.api import freeze_time
from pytz import timezone, utc

ZONE = timezone("Asia/Karachi")

# The log keeps real time.
UNFROZEN = ["logging"]
DAY = timedelta(days=1)
# Of the tables that fill while the clinic lives, and of those that are asked together with them.
ANALYZE = (
    "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment, clinic_body_pin,"
    " clinic_consumption, clinic_discrepancy_explanation, clinic_note, clinic_patient, clinic_practitioner,"
    " clinic_procedure, clinic_procedure_item, clinic_procedure_parameter, clinic_procedure_step, clinic_protocol,"
    " clinic_protocol_item, clinic_reservation, clinic_visit, hr_employee, product_product, product_template,"
    " res_company, res_partner, stock_location, stock_lot, stock_move, stock_move_line, stock_picking, stock_quant"
)


def to_utc(day, hour, minute=0):
    """Return the naive UTC datetime of ``hour``:``minute`` in the clinic on ``day``; 24 is the next midnight."""
    shown = datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
    return ZONE.localize(shown).astimezone(utc).replace(tzinfo=None)


def to_local(moment):
    """Return the naive UTC datetime ``moment`` as an aware datetime in the clinic's zone."""
    return utc.localize(moment).astimezone(ZONE)


class Clock:
    """The time in which the demo is written: it stands still until it is moved.

    Visits of three months ago were booked, performed and paid three months ago. So that they pass through the real
    methods, which refuse the past, the demo lives through these months: Python's clock and the transaction's.
    """

    def __init__(self, env, now):
        self._cr = env.cr
        self._freezer = freeze_time(now, ignore=UNFROZEN)
        self._frozen = None
        self._analyzed = datetime.min
        self.now = now

    def __enter__(self):
        self._frozen = self._freezer.start()
        return self

    def __exit__(self, *exc_info):
        self._freezer.stop()
        self._cr._now = None

    def move_to(self, moment):
        """Let it be ``moment`` (naive UTC)."""
        # Patients are registered first, up to the present: the clock is put back afterwards.
        if abs(moment - self._analyzed) >= DAY:
            # All of it is one transaction: PostgreSQL would plan for tables that were empty when it began, and again
            # after each visit of its autovacuum, which does not see what is not committed.
            self._cr.execute(ANALYZE)
            self._analyzed = moment
        self._frozen.move_to(moment)
        # The moment that the ORM writes as create_date and write_date.
        self._cr._now = moment
