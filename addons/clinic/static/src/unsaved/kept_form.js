import { onMounted, onWillUnmount } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { unsavedStore } from "./unsaved_store";

const [CREATE, UPDATE] = [0, 1];

/**
 * A form in a dialog whose entries are there again when the page was reloaded, or the dialog closed, before it was
 * saved; “Discard” is the only way to be rid of them.
 */
export class KeptFormController extends FormController {
    setup() {
        this.notification = useService("notification");
        super.setup();
        onMounted(() => this.restore());
        // However the dialog goes.
        onWillUnmount(() => this.keep());
    }

    /** A form that is a page of its own is saved when it is left, as everywhere. */
    get isKept() {
        return Boolean(this.env.inDialog);
    }

    /** Under which name the entries are kept: the form, its record, and whom a new one is about. */
    get keptName() {
        const { resModel, resId, context } = this.props;
        const about = [context.default_patient_id, context.default_procedure_id].map((id) => id || "");
        return ["form", resModel, resId || "new", ...about].join("/");
    }

    get modelParams() {
        const params = super.modelParams;
        const { config, hooks } = params;
        hooks.onRecordChanged = () => this.keep();
        if (this.isKept && !config.resId) {
            const kept = Object.entries(unsavedStore.read(this.keptName));
            const defaults = Object.fromEntries(kept.map(([name, value]) => [`default_${name}`, value]));
            config.context = { ...config.context, ...defaults };
        }
        return params;
    }

    keep() {
        const { root } = this.model;
        if (this.isKept && root?.dirty) {
            unsavedStore.write(this.keptName, root._getChanges());
        }
    }

    /** A new record has been made of what was kept; to one that is there its lines are added. */
    async restore() {
        // The defaults were for this record, not for what is made when it is saved.
        this.model.config.context = this.props.context;
        this.model.root.config.context = this.props.context;
        const kept = this.isKept ? unsavedStore.read(this.keptName) : {};
        if (!Object.keys(kept).length) {
            return;
        }
        if (this.props.resId) {
            for (const [name, commands] of Object.entries(kept)) {
                await this.restoreLines(this.model.root.data[name], Array.isArray(commands) ? commands : []);
            }
        }
        this.notification.add(_t("What you had entered is here again. Save it, or discard it."), { type: "info" });
    }

    async restoreLines(list, commands) {
        for (const [command, id, values] of commands) {
            if (command === CREATE) {
                const defaults = Object.entries(values).map(([name, value]) => [`default_${name}`, value]);
                await list.addNewRecord({ context: Object.fromEntries(defaults), position: "bottom" });
            } else if (command === UPDATE) {
                const line = list.records.find((record) => record.resId === id);
                const plain = Object.entries(values).filter(([name]) => line?.fields[name].type !== "many2one");
                await line?.update(Object.fromEntries(plain));
            }
        }
    }

    /** Nothing half done is saved because a page is left: it is kept, with what is being typed. */
    async beforeUnload(ev) {
        if (!this.isKept) {
            return super.beforeUnload(ev);
        }
        this.model._urgentSave = true;
        this.model.bus.trigger("WILL_SAVE_URGENTLY");
        this.model._urgentSave = false;
        this.keep();
    }

    async onRecordSaved(record, changes) {
        unsavedStore.write(this.keptName, {});
        return super.onRecordSaved(record, changes);
    }

    async discard() {
        unsavedStore.write(this.keptName, {});
        return super.discard(...arguments);
    }
}

registry.category("views").add("clinic_kept_form", { ...formView, Controller: KeptFormController });
