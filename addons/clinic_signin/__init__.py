from . import http_patches
from . import models
from . import controllers
from .hooks import post_init_hook
