from . import clinic_consumption
from . import clinic_lot_alert
from . import clinic_signal
from . import stock_lot
from . import clinic_home
