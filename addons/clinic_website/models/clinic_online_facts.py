from odoo import api, models
from odoo.tools.json import scriptsafe

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ClinicOnline(models.AbstractModel):
    """What search engines read of the pages that everybody may find: schema.org, and the list of their addresses."""

    _inherit = "clinic.online"

    @api.model
    def _prepare_sitemap(self):
        """Return the addresses of the pages of which nothing depends on a visitor."""
        base = self.get_base_url()
        return [f"{base}{path}" for path in self._sitemap_paths()]

    @api.model
    def _sitemap_paths(self):
        """Return the paths of those pages."""
        branches = self._branches()
        # Where there is only one branch, the first page leads on to it.
        first = ["/book"] if len(branches) > 1 else []
        return [*first, *(f"/book/{branch.id}" for branch in branches)]

    @api.model
    def _structured(self, branch, groups):
        """Return what the page of treatments is in words of schema.org, as JSON that may stand in a script element.

        :param groups: see ``_prepare_groups``
        """
        return scriptsafe.dumps(self._prepare_structured(branch, groups))

    @api.model
    def _prepare_structured(self, branch, groups):
        """Return a dict in words of schema.org: the clinic, when it is open, and what it offers at which price."""
        base, partner = self.get_base_url(), branch.partner_id
        address = f"{base}/book/{branch.id}"
        clinic = {
            "@context": "https://schema.org",
            "@type": "MedicalClinic",
            "@id": f"{address}#clinic",
            "name": branch.name,
            "url": address,
            "telephone": branch.phone,
            "image": f"{base}/logo.png?company={branch.id}" if branch.logo_web else None,
            "address": {
                "@type": "PostalAddress",
                **_known(
                    streetAddress=", ".join(filter(None, (partner.street, partner.street2))),
                    addressLocality=partner.city,
                    addressRegion=partner.state_id.name,
                    postalCode=partner.zip,
                    addressCountry=partner.country_id.code,
                ),
            },
            "openingHoursSpecification": self._prepare_opening_hours(branch),
            "potentialAction": {"@type": "ReserveAction", "target": address},
            "makesOffer": [
                {
                    "@type": "Offer",
                    "itemOffered": {
                        "@type": "Service",
                        **_known(name=one["name"], description=one["text"], category=group),
                    },
                    "price": branch.currency_id.round(one["price"]),
                    "priceCurrency": branch.currency_id.name,
                    "url": f"{address}/who?t={one['id']}",
                }
                for group, treatments in groups
                for one in treatments
            ],
        }
        return _known(**clinic)

    @api.model
    def _prepare_opening_hours(self, branch):
        """Return when ``branch`` is open, in words of schema.org."""
        return [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"https://schema.org/{WEEKDAYS[day]}",
                "opens": _clock(opens),
                "closes": _clock(closes),
            }
            for day, opens, closes in self._opening_hours(branch)
        ]

    @api.model
    def _opening_hours(self, branch):
        """Return [(weekday, opens, closes)] of ``branch``, by the hours at which visits are booked online.

        Monday is 0; the hours are floats. What goes on without a break is one.
        """
        first, last = branch.clinic_online_from, branch.clinic_online_to
        lines = branch.resource_calendar_id.attendance_ids.filtered(
            lambda line: line.day_period != "lunch" and not line.display_type and not line.week_type
        )
        hours = {(int(line.dayofweek), max(line.hour_from, first), min(line.hour_to, last)) for line in lines}
        found = []
        for day, opens, closes in sorted(one for one in hours if one[1] < one[2]):
            if found and found[-1][0] == day and opens <= found[-1][2]:
                found[-1] = (day, found[-1][1], max(closes, found[-1][2]))
            else:
                found.append((day, opens, closes))
        return found


def _known(**values):
    """Return those of ``values`` that are known."""
    return {name: value for name, value in values.items() if value}


def _clock(hour):
    """Return ``hour`` as a clock shows it; the end of the day is its last minute."""
    minutes = min(round(hour * 60), 24 * 60 - 1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
