from . import hr_expense
from . import product_template
