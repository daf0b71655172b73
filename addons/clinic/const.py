"""Constants of the clinic addons."""

# In years: who is younger is a minor.
ADULT = 18
# ISO country code -> module of python-stdnum that checks that country's personal identity number.
NATIONAL_ID_MODULES = {
    "BE": "stdnum.be.nn",
    "BG": "stdnum.bg.egn",
    "CZ": "stdnum.cz.rc",
    "DK": "stdnum.dk.cpr",
    "EE": "stdnum.ee.ik",
    "ES": "stdnum.es.dni",
    "FI": "stdnum.fi.hetu",
    "FR": "stdnum.fr.nir",
    "GB": "stdnum.gb.nhs",
    "HR": "stdnum.hr.oib",
    "IN": "stdnum.in_.aadhaar",
    "IT": "stdnum.it.codicefiscale",
    "LT": "stdnum.lt.asmens",
    "LV": "stdnum.lv.pvn",
    "MY": "stdnum.my.nric",
    "NL": "stdnum.nl.bsn",
    "NO": "stdnum.no.fodselsnummer",
    "PK": "stdnum.pk.cnic",
    "PL": "stdnum.pl.pesel",
    "RO": "stdnum.ro.cnp",
    "SE": "stdnum.se.personnummer",
    "TH": "stdnum.th.pin",
    "TR": "stdnum.tr.tckimlik",
    "UA": "stdnum.ua.rntrc",
    "ZA": "stdnum.za.idnr",
}
