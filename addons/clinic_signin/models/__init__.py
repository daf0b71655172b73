from . import clinic_reset_request
from . import clinic_signin_attempt
from . import ir_http
from . import res_users
