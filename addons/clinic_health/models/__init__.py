from . import clinic_health
from . import clinic_health_line
from . import clinic_health_page
from . import ir_http
