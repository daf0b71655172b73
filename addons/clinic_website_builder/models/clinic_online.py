from datetime import time
from urllib.parse import urlencode

from odoo import api, models
from odoo.tools import format_time

from odoo.addons.clinic_website.controllers.base import initials


class ClinicOnline(models.AbstractModel):
    """What the website's blocks show: what everybody may read of online booking, at this moment.

    A block whose options name what is not online any more shows nothing. The options are whole numbers and words that
    a browser has sent, see ``BlockPages``.
    """

    _inherit = "clinic.online"

    @api.model
    def _prepare_block(self, kind, options):
        """Return what the block of ``kind`` shows, as values of its template; {} where there is nothing to show."""
        branch = self._block_branch(options)
        prepare = getattr(self, f"_prepare_block_{kind}")
        return (branch and prepare(self._at(branch), branch, options)) or {}

    @api.model
    def _block_branch(self, options):
        """Return the branch that the options name; else the website's own, if online, else the first one."""
        branches = self._branches()
        if options.get("branch"):
            return branches.filtered(lambda branch: branch.id == options["branch"])
        own = self.env["website"].get_current_website().sudo().company_id
        return branches & own or branches[:1]

    @api.model
    def _prepare_block_treatments(self, online, branch, options):
        groups = online._prepare_groups(branch)
        if options.get("group"):
            of_group = online._treatments(branch).filtered(lambda one: one.categ_id.id == options["group"])
            groups = [(name, [one for one in found if one["id"] in of_group._ids]) for name, found in groups]
        left, shown = options.get("count") or sum(len(found) for _name, found in groups), []
        for name, found in groups:
            if part := found[:left]:
                shown.append((name, [{**one, "address": self._block_address(branch, one["id"])} for one in part]))
            left -= len(part)
        return shown and {"groups": shown}

    @api.model
    def _prepare_block_practitioners(self, online, branch, options):
        people = self._block_people(online, branch)
        if options.get("practitioner"):
            people = people.filtered(lambda one: one.id == options["practitioner"])
        shown = [
            {
                "name": one.name,
                "specialty": one.specialty,
                "text": one.online_text,
                "face": one._has_face() and f"/book/face/{one.id}",
                "initials": initials(one.name),
                "address": self._block_address(branch, practitioner_id=one.id),
            }
            for one in people[: options.get("count") or len(people)]
        ]
        return shown and {"people": shown}

    @api.model
    def _prepare_block_book(self, online, branch, options):
        treatment, practitioner = options.get("treatment"), options.get("practitioner")
        able = self._block_able(online, branch)
        if treatment:
            able = {id_: people for id_, people in able.items() if id_ == treatment}
        if not any(practitioner in people if practitioner else people for people in able.values()):
            return {}
        if not (treatment or practitioner or options.get("branch")) and len(self._branches()) > 1:
            return {"address": "/book"}
        return {"address": self._block_address(branch, treatment, practitioner)}

    @api.model
    def _prepare_block_hours(self, online, branch, _options):
        hours = {}
        for day, *span in online._opening_hours(branch):
            texts = [format_time(self.env, _clock(hour), time_format="short") for hour in span]
            hours.setdefault(day, []).append(texts)
        first = online._first_weekday()
        days = [
            {"name": name, "spans": hours.get((first + number) % 7, [])}
            for number, (_short, name) in enumerate(online._prepare_weekdays())
        ]
        return hours and {
            "days": days,
            "branch_name": branch.name,
            "phone": branch.phone,
            "street": branch.partner_id._clinic_address_line(),
        }

    @api.model
    def _block_able(self, online, branch):
        """Return {treatment id: ids of the practitioners with whom it is booked online}."""
        treatments = online._treatments(branch)
        return online._permitted(branch, treatments) if treatments else {}

    @api.model
    def _block_people(self, online, branch):
        """Return the practitioners with whom anything at all is booked online."""
        able = set().union(*self._block_able(online, branch).values())
        return online._people().filtered(lambda one: one.id in able)

    @api.model
    def _block_address(self, branch, treatment_id=None, practitioner_id=None):
        """Return where one goes on to book that."""
        words = [(name, id_) for name, id_ in (("t", treatment_id), ("p", practitioner_id)) if id_]
        step = "/when" if treatment_id and practitioner_id else "/who" if treatment_id else ""
        return f"/book/{branch.id}{step}" + (f"?{urlencode(words)}" if words else "")

    @api.model
    def _prepare_choices(self):
        """Return what the options of the blocks offer: of each branch its groups, treatments and practitioners."""
        choices = []
        for branch in self._branches():
            online = self._at(branch)
            treatments = online._treatments(branch)
            able = self._block_able(online, branch)
            treatments = treatments.filtered(lambda one, able=able: one.id in able)
            choices.append(
                {
                    **_named(branch),
                    "groups": [_named(one) for one in treatments.categ_id],
                    "treatments": [_named(one) for one in treatments],
                    "practitioners": [_named(one) for one in self._block_people(online, branch)],
                }
            )
        return choices


def _named(record):
    return {"id": record.id, "name": record.name}


def _clock(hour):
    """Return ``hour`` as a time; the end of a day is the beginning of the next one."""
    minutes = round(hour * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)
