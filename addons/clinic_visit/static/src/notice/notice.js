import { registry } from "@web/core/registry";

/** What was just done, or refused: one notice at a time, so that the newest is never lost among older ones. */
export const noticeService = {
    dependencies: ["notification"],
    start(env, { notification }) {
        let close = null;
        return {
            show(message, options = {}) {
                close?.();
                close = notification.add(message, options);
                return close;
            },
        };
    },
};

registry.category("services").add("clinic_notice", noticeService);

/** As `display_notification`, in place of the notice before it. */
registry.category("actions").add("clinic_visit.notice", (env, { params }) => {
    const { message, title, type, sticky, next } = params;
    env.services.clinic_notice.show(message, { title, type, sticky });
    return next;
});
