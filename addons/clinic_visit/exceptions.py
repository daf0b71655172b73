from odoo.exceptions import ValidationError


class SlotTaken(ValidationError):
    """Somebody else has the practitioner, the room or the device at that time.

    ``context`` reaches the browser: ``alternatives`` are the nearest times that are free.
    """

    def __init__(self, message, resource_id=None, alternatives=()):
        super().__init__(message)
        self.resource_id = resource_id
        self.context = {"alternatives": list(alternatives)}
