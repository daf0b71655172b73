from . import clinic_signal_link
from . import clinic_signal_photo
from . import clinic_signal
