// @odoo-module ignore

/** Hands the caller's number over within this tab: it stands in no further address, log or referrer. */
(function () {
    "use strict";

    window.sessionStorage.setItem("clinic_phone.number", document.body.dataset.number || "");
    window.location.replace("/odoo/incoming-call");
})();
