import { router } from "@web/core/browser/router";

/** The day that the page's address names, where it is that of the board itself: after a reload, or on the way back. */
export function dayOfPage({ id, path, tag }) {
    const { action, day } = router.current;
    return action && [id, path, tag].includes(action) ? day || null : null;
}
