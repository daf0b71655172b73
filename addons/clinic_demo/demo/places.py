from .catalogue import in_catalogue

GULBERG, DHA = "Noor Gulberg", "Noor DHA"

# branch, name, kind
ROOMS = [
    (GULBERG, "Gulberg Treatment 1", "room_kind_treatment"),
    (GULBERG, "Gulberg Treatment 2", "room_kind_treatment"),
    (GULBERG, "Gulberg Laser", "room_kind_laser"),
    (GULBERG, "Gulberg Procedure", "room_kind_procedure"),
    (DHA, "DHA Treatment", "room_kind_treatment"),
    (DHA, "DHA Laser", "room_kind_laser"),
]
# branch, name, kind, room in which it stands, serial number
DEVICES = [
    (GULBERG, "Diode laser 808 nm (Gulberg)", "device_kind_diode", "Gulberg Laser", "DL-808-1041"),
    (GULBERG, "Picosecond laser 1064 nm", "device_kind_pico", "Gulberg Laser", "PS-1064-207"),
    (GULBERG, "Hydradermabrasion unit", "device_kind_hydra", False, "HD-3315"),
    (DHA, "Diode laser 808 nm (DHA)", "device_kind_diode", "DHA Laser", "DL-808-1187"),
]
# In rupees: rent, energy and staff of a room; price, service and consumables of a device over its life.
COST_HOUR = {
    "room_kind_treatment": 900,
    "room_kind_laser": 1200,
    "room_kind_procedure": 1500,
    "device_kind_diode": 4500,
    "device_kind_pico": 6000,
    "device_kind_hydra": 1800,
}


def load_places(env, branches):
    """Create the rooms and devices of the branches."""
    rooms = {
        name: _create_place(env, "clinic.room", branches, branch, name, kind, sequence=sequence)
        for sequence, (branch, name, kind) in enumerate(ROOMS, 1)
    }
    for sequence, (branch, name, kind, room, serial) in enumerate(DEVICES, 1):
        stands_in = {"room_id": rooms[room].id, "serial_number": serial} if room else {"serial_number": serial}
        _create_place(env, "clinic.device", branches, branch, name, kind, sequence=sequence, **stands_in)


def _create_place(env, model, branches, branch, name, kind, **values):
    """Return a new room or device which can be used while its branch is open."""
    company = branches.filtered(lambda company: company.name == branch)
    hours = company.resource_calendar_id
    return (
        env[model]
        .with_company(company)
        .create(
            {
                **values,
                "name": name,
                "kind_id": in_catalogue(env, kind).id,
                "cost_hour": COST_HOUR[kind],
                "company_id": company.id,
                "resource_calendar_id": hours.id,
                "tz": hours.tz,
            }
        )
    )
