from . import statement_wizard
