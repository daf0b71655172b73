import { PyDate, PyDateTime } from "@web/core/py_js/py_date";
import { user } from "@web/core/user";
import { registry } from "@web/core/registry";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";

const { DateTime, Settings } = luxon;

/** Lets what Odoo's filters call today and now be the default zone's instead of the browser's. */
function patchFilters() {
    patch(PyDate, {
        convertDate(date) {
            const { year, month, day } = DateTime.fromJSDate(date);
            return new PyDate(year, month, day);
        },
    });
    patch(PyDateTime, {
        convertDate(date) {
            const { year, month, day, hour, minute, second } = DateTime.fromJSDate(date);
            return new PyDateTime(year, month, day, hour, minute, second, 0);
        },
    });
}

/**
 * Lets the times that are shown, and the day that is today, be the branch's, wherever the browser stands: a manager
 * abroad and the patient on the phone then speak of the same hour. Odoo itself would take the browser's zone for what
 * it shows, and the one in the user's settings for what the server is asked.
 */
export const branchZoneService = {
    start() {
        const zone = session.clinic_branch_zones?.[user.activeCompany?.id];
        if (zone) {
            Settings.defaultZone = zone;
            user.updateContext({ tz: zone });
            patchFilters();
        }
    },
};

registry.category("services").add("clinic_branch_zone", branchZoneService);
