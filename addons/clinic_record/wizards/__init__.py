from . import clinic_note_amend
