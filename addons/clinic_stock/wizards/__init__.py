from . import clinic_vial_discard
from . import clinic_discrepancy_explain
from . import clinic_lot_block
from . import clinic_lot_correct
from . import clinic_lot_recall_unreachable
from . import clinic_consumption_undo
from . import expiry_picking_confirmation
