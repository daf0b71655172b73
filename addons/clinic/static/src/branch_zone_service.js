import { registry } from "@web/core/registry";
import { session } from "@web/session";

const { Settings } = luxon;

/**
 * Shows times in the branch's zone, wherever the browser stands: a manager abroad and the patient on the phone
 * then speak of the same hour. Odoo itself would take the browser's zone.
 */
export const branchZoneService = {
    start() {
        if (session.clinic_branch_zone) {
            Settings.defaultZone = session.clinic_branch_zone;
        }
    },
};

registry.category("services").add("clinic_branch_zone", branchZoneService);
