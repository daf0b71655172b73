from . import clinic_margin
from . import clinic_margin_mixin
