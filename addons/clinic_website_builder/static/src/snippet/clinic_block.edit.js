import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

import { ClinicBlock } from "./clinic_block";

/** Who edits the page sees a block that has nothing to show, and why. */
const ClinicBlockEdit = (I) =>
    class extends I {
        dynamicContent = {
            ...this.dynamicContent,
            _root: { ...this.dynamicContent._root, "t-on-click": this.stay },
        };

        /** Who edits stays on the page, wherever in the block the click is. */
        stay(ev) {
            if (ev.target.closest(".s_clinic_live a")) {
                ev.preventDefault();
            }
        }

        isShown() {
            return true;
        }

        render() {
            super.render();
            if (!this.html && this.live) {
                const hint = document.createElement("div");
                hint.className = "alert alert-info mb-0";
                hint.textContent = _t(
                    "Nothing to show: with these options nothing is booked online at the moment. Visitors do not see this block.",
                );
                this.live.replaceChildren(hint);
            }
        }
    };

registry.category("public.interactions.edit").add("clinic_website_builder.block", {
    Interaction: ClinicBlock,
    mixin: ClinicBlockEdit,
});
