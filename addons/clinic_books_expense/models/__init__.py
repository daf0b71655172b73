from . import hr_expense
from . import hr_expense_split
from . import product_template
