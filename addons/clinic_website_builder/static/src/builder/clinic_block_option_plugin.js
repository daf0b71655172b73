import { BuilderAction } from "@html_builder/core/builder_action";
import { SNIPPET_SPECIFIC } from "@html_builder/utils/option_sequence";
import { Plugin } from "@html_editor/plugin";
import { withSequence } from "@html_editor/utils/resource";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

import { ClinicBlockOption } from "./clinic_block_option";

/** Chooses a branch; what was chosen of another one is chosen no longer. */
class ClinicBlockBranchAction extends BuilderAction {
    static id = "clinicBlockBranch";

    isApplied({ editingElement, value }) {
        return (editingElement.dataset.branch || "") === value;
    }

    apply({ editingElement, value }) {
        const { dataset } = editingElement;
        for (const name of ["branch", "group", "treatment", "practitioner"]) {
            delete dataset[name];
        }
        if (value) {
            dataset.branch = value;
        }
    }
}

class ClinicBlockOptionPlugin extends Plugin {
    static id = "clinicBlockOption";
    static shared = ["loadBranches"];
    resources = {
        builder_options: withSequence(SNIPPET_SPECIFIC, ClinicBlockOption),
        builder_actions: { ClinicBlockBranchAction },
    };

    /** What the options offer, asked for once while the page is edited. */
    loadBranches() {
        this.branches ??= rpc("/clinic_website_builder/choices");
        return this.branches;
    }
}

registry.category("website-plugins").add(ClinicBlockOptionPlugin.id, ClinicBlockOptionPlugin);
