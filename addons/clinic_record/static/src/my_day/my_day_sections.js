import { registry } from "@web/core/registry";

/**
 * What stands above the patients of My Day, where there is something to say; other addons add theirs.
 *
 * @typedef {Object} MyDaySection
 * @property {typeof import("@odoo/owl").Component} Component gets {day, onChange()}, the latter to read the day again
 * @property {(day: Object) => boolean} isShown
 */
export const myDaySections = registry.category("clinic_my_day_sections");
