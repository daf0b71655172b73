from . import clinic_expense
from . import financial_report_wizards
