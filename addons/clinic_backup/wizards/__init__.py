from . import clinic_backup_overview
