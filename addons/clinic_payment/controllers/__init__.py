from . import pay
from . import status
