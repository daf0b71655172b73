import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL

# Then nobody can tell any more which steps belong to one visit of the pages.
FORGET, KEEP = timedelta(days=1), timedelta(days=400)
# In the order in which reports show them.
STEPS = [
    ("1_treatments", "Treatments"),
    ("2_practitioner", "Practitioner"),
    ("3_time", "Time"),
    ("4_details", "Details"),
    ("5_booked", "Booked or held"),
    ("6_waitlist", "Joined the waitlist"),
]
DEVICES = [("phone", "Phone"), ("tablet", "Tablet"), ("desk", "Computer")]
# What says where somebody comes from: a few letters that nobody is known by; anything else is left out.
WORD = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
MOST_DIGITS = 6
# Beyond so many steps in an hour of a branch, and sources in a day, somebody plays with the pages.
MOST_OF_HOUR, MOST_SOURCES, OTHER = 1000, 50, "other"
WORDS = ("source", "medium", "campaign")
# Programs that read the pages are no visitors.
ROBOTS = re.compile(r"bot|crawl|spider|preview|monitor|curl|wget|python|headless", re.IGNORECASE)
TABLET = re.compile(r"ipad|tablet|(?=.*android)(?!.*mobile)", re.IGNORECASE)
PHONE = re.compile(r"mobi|iphone|android", re.IGNORECASE)


def clean_word(text):
    """Return ``text`` as it may be kept, or None.

    >>> clean_word("Instagram"), clean_word("www.example.com"), clean_word("sara@example.com"), clean_word(None)
    ('instagram', 'www.example.com', None, None)
    """
    word = text.strip().lower() if isinstance(text, str) else ""
    # So many digits may be somebody's number, however they are written.
    return word if WORD.fullmatch(word) and sum(map(str.isdigit, word)) < MOST_DIGITS else None


def device_of(agent):
    """Return the class of device that a browser's ``agent`` names, None for a program that reads the pages.

    >>> device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)"), device_of("Mozilla/5.0 (Windows NT 10.0)")
    ('phone', 'desk')
    >>> device_of("Mozilla/5.0 (iPad; CPU OS 17_0)"), device_of("Googlebot/2.1"), device_of("")
    ('tablet', None, None)
    """
    if not agent or ROBOTS.search(agent):
        return None
    return "tablet" if TABLET.search(agent) else "phone" if PHONE.search(agent) else "desk"


class ClinicOnlineStep(models.Model):
    """That one visit of the booking pages has reached a step: counted for reports, of nobody in particular.

    What belongs together is known for a day by a random key, so that it is counted once; then the key is forgotten.
    """

    _name = "clinic.online.step"
    _description = "Step of Online Booking"
    _order = "id desc"
    _rec_name = "step"
    # No time but day and hour, and no user: what is counted knows nobody.
    _log_access = False
    _clinic_logs_changes = False
    _clinic_logs_lists = False

    visit_key = fields.Char(readonly=True, groups=NO_ACCESS)
    step = fields.Selection(STEPS, required=True, readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", required=True, readonly=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True, help="In the branch's time zone.")
    hour = fields.Integer(required=True, readonly=True, aggregator=None, help="In the branch's time zone.")
    device = fields.Selection(DEVICES, required=True, readonly=True)
    is_embedded = fields.Boolean("On Another Site", readonly=True)
    source = fields.Char(readonly=True, help="As the address says it (utm_source), else the site that led here.")
    medium = fields.Char(readonly=True, help="As the address says it (utm_medium).")
    campaign = fields.Char(readonly=True, help="As the address says it (utm_campaign).")

    _once = models.UniqueIndex("(visit_key, step) WHERE visit_key IS NOT NULL", "This step is counted already.")
    _day_idx = models.Index("(company_id, day, hour)")

    @api.model
    def _reach(self, key, step, branch, device, words, is_embedded=False):
        """Count that the visit with ``key`` has reached ``step``, once; it comes from where its first step came from.

        :param words: dict of ``WORDS``, already clean
        """
        local = branch._clinic_local(fields.Datetime.now())
        today = [("company_id", "=", branch.id), ("day", "=", local.date())]
        if self.search_count([*today, ("hour", "=", local.hour)], limit=MOST_OF_HOUR) == MOST_OF_HOUR:
            return
        is_new = words.get("source") and not self.search_count([*today, ("source", "=", words["source"])], limit=1)
        if is_new and len(self._read_group(today, ["source"], limit=MOST_SOURCES)) == MOST_SOURCES:
            words = {**dict.fromkeys(WORDS), "source": OTHER}
        self.env.execute_query(
            SQL(
                """
                INSERT INTO clinic_online_step
                            (visit_key, step, company_id, day, hour, device, is_embedded, source, medium, campaign)
                     SELECT %(key)s, %(step)s, %(branch)s, %(day)s, %(hour)s, %(device)s, %(embedded)s,
                            COALESCE(first.source, %(source)s), COALESCE(first.medium, %(medium)s),
                            COALESCE(first.campaign, %(campaign)s)
                       FROM (SELECT 1) AS one
                  LEFT JOIN LATERAL (SELECT source, medium, campaign FROM clinic_online_step
                                      WHERE visit_key = %(key)s ORDER BY id LIMIT 1) AS first ON TRUE
                ON CONFLICT DO NOTHING
                  RETURNING id
                """,
                key=key,
                step=step,
                branch=branch.id,
                day=local.date(),
                hour=local.hour,
                device=device,
                embedded=is_embedded,
                **{name: words.get(name) for name in WORDS},
            )
        )

    @api.autovacuum
    def _gc_steps(self):
        """Forget which steps belong together after a day, and all of them after a while."""
        today = fields.Date.today()
        self.env.cr.execute(
            "UPDATE clinic_online_step SET visit_key = NULL WHERE visit_key IS NOT NULL AND day < %s", [today - FORGET]
        )
        self.env.cr.execute("DELETE FROM clinic_online_step WHERE day < %s", [today - KEEP])
        self.env.invalidate_all(flush=False)
