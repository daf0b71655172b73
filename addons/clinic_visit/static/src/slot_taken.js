import { WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

// A time that is taken is no fault of the program: it is told like any other refusal.
registry.category("error_dialogs").add("odoo.addons.clinic_visit.exceptions.SlotTaken", WarningDialog);
