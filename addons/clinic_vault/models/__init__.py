from . import ir_config_parameter
from . import clinic_access_alarm
from . import clinic_vault_file
from . import clinic_vault_check
