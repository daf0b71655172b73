from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PortalAddress(CustomerPortal):
    def _validate_address_values(self, address_values, partner_sudo, *args, **kwargs):
        """Let a patient's name, phone and email be changed by the clinic alone, which is asked for it."""
        invalid, missing, messages = super()._validate_address_values(address_values, partner_sudo, *args, **kwargs)
        if partner_sudo and request.env.user.share and (changed := partner_sudo._clinic_asked_for(address_values)):
            invalid |= changed
            messages.append(request.env._("The clinic changes name, phone and email: ask for it in your profile."))
        return invalid, missing, messages
