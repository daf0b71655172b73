from . import clinic_portal_invite
