import { makeDraggableHook } from "@web/core/utils/draggable_hook_builder_owl";
import { pick } from "@web/core/utils/objects";

const handler = ({ ctx }) => ({ ...pick(ctx.current, "element", "initialPosition"), ...pick(ctx.pointer, "x", "y") });

/**
 * Odoo's dragging, except that the card stays where it is: what follows the pointer is a shadow that snaps to the
 * times and columns at which the card can be dropped.
 */
export const useBoardDrag = makeDraggableHook({
    name: "useBoardDrag",
    onComputeParams: ({ ctx }) => {
        ctx.followCursor = false;
    },
    onDragStart: handler,
    onDrag: handler,
    onDrop: handler,
    onDragEnd: handler,
});
