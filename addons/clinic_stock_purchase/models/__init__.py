from . import clinic_stock_day
