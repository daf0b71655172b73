from . import clinic_lot_alert_dismiss
