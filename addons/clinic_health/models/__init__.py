from . import clinic_health
from . import ir_http
