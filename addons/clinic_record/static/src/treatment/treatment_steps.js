import { Component } from "@odoo/owl";
import { InputDialog } from "./input_dialog";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";

/** The protocol's steps: one tap ticks a step, or says why it is left out. */
export class TreatmentSteps extends Component {
    static template = "clinic_record.TreatmentSteps";
    static props = { treatment: Object, onSave: Function, "*": true };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
    }

    /** The steps, with the name of each phase before its first one. */
    get steps() {
        const { steps } = this.props.treatment;
        return steps.map((step, index) => ({
            ...step,
            heading: step.phase !== steps[index - 1]?.phase && step.phase,
        }));
    }

    /** The steps of a phase that have to be done and are not: one tap says that all of them are. */
    openOf(phase) {
        return this.props.treatment.steps.filter(
            (step) => step.phase === phase && step.mandatory && !step.done_at && !step.skipped_reason,
        );
    }

    confirmAll(phase) {
        const ids = this.openOf(phase).map((step) => step.id);
        this.props.onSave(() => this.orm.write("clinic.procedure.step", ids, { done: true }));
    }

    toggle(step) {
        this.props.onSave(() => this.orm.write("clinic.procedure.step", [step.id], { done: !step.done_at }));
    }

    leaveOut(step) {
        this.dialog.add(InputDialog, {
            name: `clinic.procedure.step/${step.id}`,
            title: _t("Leave out: %s", step.name),
            label: _t("Why is it left out?"),
            value: step.skipped_reason || "",
            onConfirm: (reason) =>
                this.props.onSave(() => this.orm.write("clinic.procedure.step", [step.id], { skipped_reason: reason })),
        });
    }
}
