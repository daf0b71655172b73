import { BoardArrivals } from "@clinic_visit/board/board_arrivals";
import { patch } from "@web/core/utils/patch";

/** Who has arrived and has something to sign gets it with one tap. */
patch(BoardArrivals.prototype, {
    isToSign(visit) {
        return (
            visit.state === "arrived" &&
            visit.flags.some((flag) => flag.to_sign || (flag.kind === "consent" && !flag.is_quiet))
        );
    },

    handOver(visit) {
        this.props.onStep("consents", { id: visit.procedure_id, visit_id: visit.visit_id });
    },
});
