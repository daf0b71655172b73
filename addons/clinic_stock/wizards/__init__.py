from . import clinic_lot_block
from . import clinic_lot_recall_unreachable
