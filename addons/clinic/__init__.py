from . import models
from . import request_log
from . import sql_log
from . import wizards
from .hooks import post_init_hook, uninstall_hook

sql_log.install()
request_log.install()
