from . import clinic_health_line
from . import clinic_health_page
