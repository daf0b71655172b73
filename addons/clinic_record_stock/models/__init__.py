from . import clinic_consumption
from . import clinic_procedure
from . import clinic_reaction
