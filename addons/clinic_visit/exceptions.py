from odoo.exceptions import UserError, ValidationError


class SlotTaken(ValidationError):
    """Somebody else has the practitioner, the room or the device at that time.

    ``context`` reaches the browser: ``alternatives`` are the nearest times that are free.
    """

    def __init__(self, message, resource_id=None, alternatives=()):
        super().__init__(message)
        self.resource_id = resource_id
        self.context = {"alternatives": list(alternatives)}


class GateClosed(UserError):
    """A procedure may not go on yet.

    ``args`` and ``context`` reach the browser and say what the asking user may know. Its text, which the server writes
    into its log, only says what everybody may know.
    """

    def __init__(self, message, neutral, procedure_id, reasons):
        super().__init__(message)
        self.neutral = neutral
        self.context = {"procedure_id": procedure_id, "reasons": reasons}

    def __str__(self):
        return self.neutral
