/** Move a visit to one of the times that `clinic.visit.free_times` gave. */
export function moveVisit(orm, visitId, { start, practitioner_id }) {
    return orm.call("clinic.visit", "reschedule", [[visitId], start], { practitioner: practitioner_id || null });
}
