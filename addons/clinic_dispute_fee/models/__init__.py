from . import clinic_dispute_pack
