from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .clinic_procedure import HORIZON


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
    def _compute_time_range(self):
        for block in self:
            block.time_range = block.company_id._clinic_time_range(block.start, block.stop)

    @api.model_create_multi
    def create(self, vals_list):
        blocks = super().create(vals_list)
        blocks._sync_reservations()
        return blocks

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"resource_ids", "start", "stop", "company_id"}:
            self._sync_reservations()
        return result

    def _sync_reservations(self):
        """Reserve the resources of these blocks; raise ``SlotTaken`` when one of them is booked at that time."""
        # Who may write a block may occupy its resources; nobody writes reservations directly.
        self.sudo().reservation_ids.unlink()
        self.env["clinic.reservation"]._reserve(
            [
                {
                    "block_id": block.id,
                    "company_id": block.company_id.id,
                    "resource_id": resource.id,
                    "start": block.start,
                    "stop": block.stop,
                    "blocking": True,
                }
                for block in self
                for resource in block.resource_ids
            ]
        )

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

    @api.constrains("start", "stop")
    def _check_times(self):
        """A block lies within the horizon of all plans and lasts no longer than ninety days."""
        now = fields.Datetime.now()
        for block in self:
            if abs(block.start - now) > HORIZON or abs(block.stop - now) > HORIZON:
                raise ValidationError(self.env._("%s is more than two years away. Check the date.", block.start.date()))
            if (block.stop - block.start).days >= 90:
                raise ValidationError(
                    self.env._("A blocked time lasts less than 90 days. Change the working hours or archive instead.")
                )
