from . import sign
from . import kiosk
from . import document
from . import link
from . import portal
