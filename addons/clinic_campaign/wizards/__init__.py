from . import mail_compose_message
from . import mailing_mailing_test
from . import mailing_sms_test
