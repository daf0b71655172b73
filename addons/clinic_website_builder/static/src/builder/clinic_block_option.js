import { BaseOptionComponent, useDomState } from "@html_builder/core/utils";

import { onWillStart, useState } from "@odoo/owl";

const COUNTS = ["3", "4", "6", "8", "9", "12"];

/** The options of a block of the clinic: each kind has its own. */
export class ClinicBlockOption extends BaseOptionComponent {
    static template = "clinic_website_builder.ClinicBlockOption";
    static selector = ".s_clinic_block";
    static dependencies = ["clinicBlockOption"];

    setup() {
        super.setup();
        this.counts = COUNTS;
        this.choices = useState({ branches: [] });
        this.state = useDomState((el) => ({ kind: el.dataset.clinicBlock, branch: el.dataset.branch || "" }));
        onWillStart(async () => {
            this.choices.branches = await this.dependencies.clinicBlockOption.loadBranches();
        });
    }

    /** The branch that is chosen; without a choice the only one there is: otherwise nothing of a branch is offered. */
    get branch() {
        const { branches } = this.choices;
        const chosen = branches.find((branch) => String(branch.id) === this.state.branch);
        return chosen || (!this.state.branch && branches.length === 1 ? branches[0] : undefined);
    }
}
