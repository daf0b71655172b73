from . import res_company
from . import stock_warehouse
from . import product_template
from . import stock_lot
from . import clinic_consumption
from . import clinic_procedure
from . import clinic_visit
