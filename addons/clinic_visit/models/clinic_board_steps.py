from odoo import api, fields, models
from odoo.fields import Domain

from .clinic_availability_problems import Planned
from .clinic_visit_to_move import EXPECTED


class ClinicBoard(models.AbstractModel):
    """What can be done with a card, and what stands in its way."""

    _inherit = "clinic.board"

    # -- what came in the way ------------------------------------------------------------------------------------------

    @api.model
    def _load_work(self, facts, cards, start, stop):
        """Return when everybody and everything of ``facts`` is at work, in the time of the board and of ``cards``."""
        first = min([fields.Datetime.to_string(start), *(card["start"] for card in cards)])
        last = max([fields.Datetime.to_string(stop), *(card["stop"] for card in cards)])
        first, last = fields.Datetime.to_datetime(first), fields.Datetime.to_datetime(last)
        return self.env["clinic.availability"]._work_known(facts, first, last)

    @api.model
    def _add_problems(self, cards, facts, work):
        """Add to each card why its procedure can't take place as planned; False where it can."""
        availability, branch = self.env["clinic.availability"], self.env.company
        now = fields.Datetime.now()
        times = {card["id"]: [fields.Datetime.to_datetime(card[name]) for name in ("start", "stop")] for card in cards}
        planned = {
            card["id"]: Planned(
                *(card[name] for name in ("id", "treatment_id", "practitioner_id", "room_id", "device_id")),
                *times[card["id"]],
            )
            for card in cards
            if card["state"] == "planned" and card["visit_state"] in EXPECTED and times[card["id"]][1] > now
        }
        problems = availability._problems(list(planned.values()), branch, facts, work)
        for card in cards:
            problem = problems.get(card["id"])
            card["problem"] = bool(problem) and availability._problem_text(
                problem, card[problem[1]], card["treatment"], branch
            )

    # -- steps --------------------------------------------------------------------------------------------------------

    @api.model
    def _add_steps(self, cards):
        """Add to each card the names of the steps that would not be refused now."""
        can_book = self.env["clinic.visit"].has_access("create")
        for card in cards:
            card["steps"] = [
                *(self._prepare_steps(card) if card["editable"] else ()),
                *(["rebook"] if can_book and card["visit_state"] != "held" else ()),
            ]

    @api.model
    def _prepare_steps(self, card):
        """Return the names of the board's steps that can be done with ``card``, by the rules of the life cycle."""
        start, expires_at = (fields.Datetime.to_datetime(card[name]) for name in ("visit_start", "visit_expires_at"))
        possible = self.env["clinic.visit"]._possible_states(card["visit_state"], start, expires_at, self.env.company)
        is_held, is_here = card["visit_state"] == "held", card["visit_state"] in ("arrived", "in_progress")
        steps = {
            "confirm": is_held and "booked" in possible,
            "arrive": "arrived" in possible,
            "start": is_here and card["state"] == "planned",
            "done": card["state"] == "in_progress",
            "move": card["visit_state"] in EXPECTED,
            "not_arrived": card["visit_state"] == "arrived" and "booked" in possible,
            "no_show": "no_show" in possible,
            "cancel": "cancelled" in possible,
        }
        return [name for name, is_possible in steps.items() if is_possible]

    @api.model
    @api.readonly
    def count_to_move(self):
        """Return how many visits of the branch have to be moved, on whatever day they are."""
        domain = Domain("to_move", "=", True) & Domain("company_id", "=", self.env.company.id)
        return self.env["clinic.visit"].search_count(domain)
