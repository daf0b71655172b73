from . import clinic_agreement_explain
