from . import clinic_backup
from . import clinic_backup_probe
from . import clinic_backup_due
from . import clinic_backup_watch
from . import clinic_backup_key
from . import clinic_access_alarm
from . import ir_attachment
