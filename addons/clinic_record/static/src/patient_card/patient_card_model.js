import { markRaw } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { Reactive } from "@web/core/utils/reactive";

const PAGE = 40;

/** A patient's record and how it got here. `card` and `entries` are replaced as a whole, not observed in depth. */
export class PatientCardModel extends Reactive {
    constructor(orm, patientId) {
        super();
        this.orm = markRaw(orm);
        this.patientId = patientId;
        this.card = null;
        this.entries = markRaw([]);
        this.hasMore = false;
        this.filters = {};
        this.isLoading = false;
        this.keepLast = markRaw(new KeepLast());
    }

    async load() {
        const card = await this.ask(0, {});
        this.filters = {};
        this.card = markRaw(card);
        this.show(card);
    }

    /** Show the history of what `filters` names alone; a null takes a filter away. */
    async filter(filters) {
        const chosen = Object.fromEntries(Object.entries({ ...this.filters, ...filters }).filter(([, id]) => id));
        this.show(await this.ask(0, chosen));
        this.filters = chosen;
    }

    /** Add the procedures before those that are shown. */
    async loadMore() {
        if (!this.hasMore || this.isLoading) {
            return;
        }
        this.isLoading = true;
        try {
            const { entries, has_more } = await this.ask(this.entries.length, this.filters);
            this.entries = markRaw([...this.entries, ...entries]);
            this.hasMore = has_more;
        } finally {
            this.isLoading = false;
        }
    }

    async breakGlass(reason) {
        await this.orm.call("clinic.patient", "break_glass", [[this.patientId], reason]);
        await this.load();
    }

    ask(offset, filters) {
        const args = { offset, limit: PAGE, filters };
        return this.keepLast.add(this.orm.call("clinic.patient.card", "load", [this.patientId], args));
    }

    show({ entries = [], has_more = false }) {
        this.entries = markRaw(entries);
        this.hasMore = has_more;
    }
}
