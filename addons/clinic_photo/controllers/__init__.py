from . import photo
from . import portal
