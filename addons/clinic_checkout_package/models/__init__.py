from . import clinic_checkout
from . import product_template
