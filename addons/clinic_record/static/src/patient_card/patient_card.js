import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { TreatmentPanel } from "../treatment/treatment_panel";
import { PatientCardEntry } from "./patient_card_entry";
import { personText, severityOf, yearOf } from "./patient_card_format";
import { PatientCardLock } from "./patient_card_lock";
import { PatientCardModel } from "./patient_card_model";
import { patientCardSections } from "./patient_card_sections";

/** One screen that a practitioner takes in within seconds: risks, what is next, problems, history. */
export class PatientCard extends Component {
    static template = "clinic_record.PatientCard";
    static path = "patient-record";
    static displayName = _t("Record");
    static components = { Layout, PatientCardEntry, PatientCardLock, TreatmentPanel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        const { resId, action } = this.props;
        const patientId = resId || action.params?.patient_id || action.context?.active_id;
        this.model = useState(new PatientCardModel(useService("orm"), Number(patientId) || 0));
        this.severityOf = severityOf;
        this.state = useState({ scrolled: false, readings: 0 });
        onWillStart(() => this.open());
        this.watchEnd();
        this.watchHead();
    }

    async open() {
        await this.model.load();
        // The address then names the patient, and a reload comes back here.
        this.props.updateActionState?.({ resId: this.model.patientId });
        this.env.config.setDisplayName(this.patient.name);
    }

    /** Read everything again after a section has changed the record; what may be treated can depend on it. */
    async reload() {
        await this.model.load();
        this.state.readings++;
    }

    /** Read on when the end of the history comes into sight. */
    watchEnd() {
        const onSight = (seen) => seen.some((one) => one.isIntersecting) && this.model.loadMore();
        this.watch("end", onSight, { rootMargin: "600px" });
    }

    /** Once the head has gone out of sight, its risks stay in sight in one line. */
    watchHead() {
        this.watch("head", (seen) => (this.state.scrolled = !seen.at(-1).isIntersecting));
    }

    /** Call `onSight` when the element with the ref `name` comes into sight or goes out of it. */
    watch(name, onSight, options) {
        const ref = useRef(name);
        useEffect(
            (el) => {
                if (!el) {
                    return;
                }
                const observer = new IntersectionObserver(onSight, options);
                observer.observe(el);
                return () => observer.disconnect();
            },
            () => [ref.el],
        );
    }

    get card() {
        return this.model.card;
    }

    get patient() {
        return this.card.patient;
    }

    get person() {
        return personText(this.patient);
    }

    /**
     * The procedure to work on now, and here: one in treatment, else the next one for which the patient has come, else
     * the next planned one; the user's own first.
     */
    get current() {
        const of = (state, hasCome) => {
            const found = this.card.today.filter(
                (procedure) => procedure.here && procedure.state === state && (!hasCome || procedure.arrived_at),
            );
            return found.find((procedure) => procedure.mine) || found[0];
        };
        return of("in_progress") || of("planned", true) || of("planned");
    }

    get sections() {
        return patientCardSections.getEntries().map(([name, section]) => ({ name, ...section }));
    }

    sectionsAt(place) {
        return this.sections.filter(
            (section) => section.place === place && (!section.isShown || section.isShown(this.card)),
        );
    }

    get choices() {
        const { outcomes, choices } = this.card;
        const treatments = outcomes.map((outcome) => ({ id: outcome.treatment_id, name: outcome.treatment }));
        return [
            { name: "treatment_id", label: _t("All treatments"), options: treatments },
            { name: "area_id", label: _t("All areas"), options: choices.area_id },
            { name: "problem_id", label: _t("All problems"), options: choices.problem_id },
        ].filter((choice) => choice.options.length);
    }

    get isFiltered() {
        return Object.keys(this.model.filters).length > 0;
    }

    filter(name, ev) {
        this.model.filter({ [name]: Number(ev.target.value) || null });
    }

    clearFilters() {
        this.model.filter({ treatment_id: null, area_id: null, problem_id: null });
    }

    /** Show the history of one treatment or problem alone; again, and all of it is back. */
    toggle(filters) {
        const [[name, id]] = Object.entries(filters);
        return this.model.filter({ [name]: this.model.filters[name] === id ? null : id });
    }

    isYearStart(index) {
        const { entries } = this.model;
        return !index || yearOf(entries[index - 1].date) !== yearOf(entries[index].date);
    }

    yearOf(entry) {
        return yearOf(entry.date);
    }

    openForm(model, id) {
        this.action.doAction(
            { type: "ir.actions.act_window", res_model: model, res_id: id, views: [[false, "form"]] },
            { onClose: () => this.model.load() },
        );
    }

    /** Write down something new about this patient in a dialog. */
    add(model, title) {
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: title,
                res_model: model,
                views: [[false, "form"]],
                target: "new",
                context: { default_patient_id: this.model.patientId },
            },
            { onClose: () => this.model.load() },
        );
    }

    addRisk() {
        this.add("clinic.risk", _t("New Risk"));
    }

    addReaction() {
        this.add("clinic.reaction", _t("New Reaction"));
    }
}

registry.category("actions").add("clinic_patient_card", PatientCard);
