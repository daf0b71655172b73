from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date

from .clinic_procedure import HORIZON

MOST_WEEKS = 52


class ClinicBlock(models.Model):
    """Time at which practitioners, rooms or devices can't be booked: lunch, a meeting, maintenance."""

    _name = "clinic.block"
    _description = "Blocked Time"
    _order = "start desc, id desc"

    name = fields.Char(string="Reason", required=True, help="Seen by everybody who sees the board, e.g. Lunch.")
    company_id = fields.Many2one(
        "res.company", string="Branch", required=True, default=lambda self: self.env.company, index=True
    )
    resource_ids = fields.Many2many(
        "resource.resource",
        string="Practitioners, Rooms, Devices",
        required=True,
        domain="[('id', 'in', bookable_resource_ids)]",
    )
    bookable_resource_ids = fields.Many2many("resource.resource", compute="_compute_bookable_resource_ids")
    start = fields.Datetime(required=True, default=lambda self: self.env["clinic.visit"]._next_quarter())
    stop = fields.Datetime(
        required=True, default=lambda self: self.env["clinic.visit"]._next_quarter() + timedelta(minutes=30)
    )
    time_range = fields.Char(compute="_compute_time_range", string="Time", help="In the branch's time zone.")
    reservation_ids = fields.One2many("clinic.reservation", "block_id")
    repeat_until = fields.Date(
        string="Every Week Until", help="Block the same time of each week up to this day, as well; empty: once."
    )
    first_id = fields.Many2one(
        "clinic.block",
        string="First of the Series",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    has_following = fields.Boolean(compute="_compute_has_following")
    visit_ids = fields.Many2many(
        "clinic.visit", compute="_compute_visit_ids", string="In the Way", help="Visits that are booked at that time."
    )

    _stop_after_start = models.Constraint("CHECK (stop > start)", "A blocked time must end after it starts.")

    @api.depends("company_id")
    def _compute_bookable_resource_ids(self):
        for block in self:
            block.bookable_resource_ids = self._bookable_resources(block.company_id)

    @api.model
    def _bookable_resources(self, branch):
        """Return the resources of practitioners, rooms and devices of ``branch``."""
        people = self.env["clinic.practitioner"].search([("company_ids", "in", branch.ids)])
        rooms = self.env["clinic.room"].search([("company_id", "in", branch.ids)])
        devices = self.env["clinic.device"].search([("company_id", "in", branch.ids)])
        return people.resource_id | rooms.resource_id | devices.resource_id

    @api.depends("start", "stop", "company_id")
    @api.depends_context("lang")
    def _compute_time_range(self):
        for block in self:
            block.time_range = block.company_id._clinic_time_range(block.start, block.stop)

    @api.depends("first_id")
    def _compute_has_following(self):
        for block in self:
            block.has_following = bool(block._origin and block._origin._following())

    @api.depends("resource_ids", "start", "stop", "company_id", "repeat_until")
    def _compute_visit_ids(self):
        for block in self:
            wanted = block._prepare_reservations() if block.start and block.stop and block.stop > block.start else []
            taken = self.env["clinic.reservation"]._conflicting_reservations(wanted)
            # Those of other branches are in the way, too, and are named when the block is saved.
            mine = taken.procedure_id.visit_id.filtered(lambda v, branch=block.company_id: v.company_id == branch)
            block.visit_ids = mine.with_env(self.env)

    @api.model_create_multi
    def create(self, vals_list):
        blocks = super().create(vals_list)
        blocks._sync_reservations()
        for block in blocks.filtered("repeat_until"):
            block._repeat()
        return blocks

    def write(self, vals):
        if "repeat_until" in vals:
            # A series is made at once; its blocks are changed one by one afterwards.
            vals = {name: value for name, value in vals.items() if name != "repeat_until"}
        result = super().write(vals)
        if vals.keys() & {"resource_ids", "start", "stop", "company_id"}:
            self._sync_reservations()
        return result

    # -- every week ---------------------------------------------------------------------------------------------------

    def _weeks(self):
        """Return [(start, stop)] in naive UTC of the weeks that follow, at the same hours on the branch's clocks."""
        self.ensure_one()
        if not (self.repeat_until and self.start and self.stop and self.company_id):
            return []
        branch = self.company_id
        count = min((self.repeat_until - branch._clinic_local(self.start).date()).days // 7, MOST_WEEKS)
        return [
            tuple(branch._clinic_later(moment, weeks=week) for moment in (self.start, self.stop))
            for week in range(1, count + 1)
        ]

    def _repeat(self):
        """Make the blocks of the weeks that follow this one, all or none."""
        self.ensure_one()
        self._clinic_writing().create(
            [
                {
                    "name": self.name,
                    "company_id": self.company_id.id,
                    "resource_ids": [fields.Command.set(self.resource_ids.ids)],
                    "start": start,
                    "stop": stop,
                    "first_id": self.id,
                }
                for start, stop in self._weeks()
            ]
        )

    def _following(self):
        """Return the blocks of the same series that come after this one."""
        self.ensure_one()
        first = self.first_id.id or self.id
        return self.search([("first_id", "=", first), ("start", ">", self.start), ("id", "!=", self.id)])

    def action_remove_following(self):
        """Free the time of this block and of those that follow it in the series, and list those that are left."""
        self.ensure_one()
        (self | self._following()).unlink()
        action = self.env["ir.actions.act_window"]._for_xml_id("clinic_visit.clinic_block_action")
        return {**action, "target": "main"}

    # -- reservations -------------------------------------------------------------------------------------------------

    def _prepare_reservations(self):
        """Return the values of the reservations of this block, and of the weeks in which it is about to be repeated."""
        self.ensure_one()
        weeks = [] if self._origin else self._weeks()
        return [
            {
                "block_id": self._origin.id,
                "company_id": self.company_id.id,
                "resource_id": resource.id,
                "start": start,
                "stop": stop,
                "blocking": True,
            }
            for start, stop in [(self.start, self.stop), *weeks]
            for resource in self.resource_ids._origin
        ]

    def _sync_reservations(self):
        """Reserve the resources of these blocks; raise ``SlotTaken`` when one of them is booked at that time."""
        # Who may write a block may occupy its resources; nobody writes reservations directly.
        self.sudo().reservation_ids.unlink()
        self.env["clinic.reservation"]._reserve([vals for block in self for vals in block._prepare_reservations()])

    @api.constrains("resource_ids", "company_id")
    def _check_resources(self):
        """A block is for at least one practitioner, room or device of its branch."""
        for block in self:
            if not block.resource_ids:
                raise ValidationError(self.env._("Choose whose time is blocked: a practitioner, a room or a device."))
            if strangers := block.resource_ids - self._bookable_resources(block.company_id):
                raise ValidationError(
                    self.env._(
                        "%(names)s cannot be booked in %(branch)s. Choose practitioners, rooms or devices of that "
                        "branch.",
                        names=", ".join(strangers.mapped("name")),
                        branch=block.company_id.name,
                    )
                )

    @api.constrains("repeat_until", "start")
    def _check_repeat(self):
        """A series ends after its first week, and within two years."""
        for block in self.filtered("repeat_until"):
            day = block.company_id._clinic_local(block.start).date()
            if not 7 <= (block.repeat_until - day).days <= MOST_WEEKS * 7:
                raise ValidationError(
                    self.env._(
                        "A time that is blocked every week from %(first)s on ends between %(least)s and %(last)s.",
                        first=format_date(self.env, day),
                        least=format_date(self.env, day + timedelta(weeks=1)),
                        last=format_date(self.env, day + timedelta(weeks=MOST_WEEKS)),
                    )
                )

    @api.constrains("start", "stop")
    def _check_times(self):
        """A block lies within the horizon of all plans and lasts no longer than ninety days."""
        now = fields.Datetime.now()
        for block in self:
            if abs(block.start - now) > HORIZON or abs(block.stop - now) > HORIZON:
                day = block.company_id._clinic_day_text(block.start)
                raise ValidationError(self.env._("%s is more than two years away. Check the date.", day))
            if (block.stop - block.start).days >= 90:
                raise ValidationError(
                    self.env._("A blocked time lasts less than 90 days. Change the working hours or archive instead.")
                )
