from . import clinic_signal_close
