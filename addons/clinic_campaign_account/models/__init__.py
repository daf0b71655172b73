from . import clinic_segment
from . import clinic_campaign
