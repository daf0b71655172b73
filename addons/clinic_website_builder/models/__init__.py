from . import clinic_online, ir_qweb
