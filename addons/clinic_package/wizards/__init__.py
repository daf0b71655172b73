from . import clinic_package_sell
from . import clinic_refund_ask
from . import clinic_session_step
from . import clinic_course_statement
from . import clinic_deferred_proof
