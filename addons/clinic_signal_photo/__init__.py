from . import words
from . import controllers
from . import models
