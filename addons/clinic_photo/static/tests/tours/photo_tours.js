import { queryAll, queryFirst } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A camera that shows a changing picture: the browser of the tests has none. */
function plugInCamera() {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 1280, height: 960 });
    const pen = canvas.getContext("2d");
    let frame = 0;
    setInterval(() => {
        pen.fillStyle = `hsl(${(frame += 7) % 360} 40% 60%)`;
        pen.fillRect(0, 0, 1280, 960);
    }, 40);
    Object.defineProperty(navigator, "mediaDevices", {
        configurable: true,
        value: { getUserMedia: async () => canvas.captureStream(25) },
    });
}

const shot = (view) => [
    {
        content: `the camera asks for ${view}`,
        trigger: `.o_clinic_camera_view:contains(${view})`,
    },
    {
        content: `take ${view}`,
        trigger: ".o_clinic_shutter:enabled",
        run: "click",
    },
];

tours.add("clinic_photo_capture", {
    steps: () => [
        {
            content: "five photos are missing",
            trigger: ".o_clinic_treatment_photos .badge:contains(5 missing)",
            run: () => plugInCamera(),
        },
        { content: "begin", trigger: ".o_clinic_take_photos:contains(Take Before Photos)", run: "click" },
        { content: "the earlier photo is the ghost", trigger: ".o_clinic_camera_ghost" },
        ...["Front", "Right 45°", "Left 45°", "Right side", "Left side"].flatMap(shot),
        { content: "the camera is gone by itself", trigger: "body:not(:has(.o_clinic_camera))" },
        {
            content: "all five are stored, none is missing",
            trigger: ".o_clinic_treatment_photos:not(:has(.badge)) .o_clinic_plan_photo:eq(4) img",
        },
        { content: "nothing is on its way any more", trigger: "body:not(:has(.o_clinic_upload_tray))" },
        { content: "one of them is opened", trigger: ".o_clinic_plan_photo:eq(1)", run: "click" },
        { trigger: ".o_clinic_viewer .o_clinic_photo[data-level='1']" },
        { trigger: ".o_clinic_viewer_close", run: "click" },
        { trigger: "body:not(:has(.o_clinic_viewer))" },
    ],
});

function transforms() {
    return queryAll(".o_clinic_photo").map((photo) => photo.style.transform.match(/matrix\(([^,]+),/)[1]);
}

function tapAt(anchor, x, y) {
    const { left, top, width, height } = anchor.getBoundingClientRect();
    const at = { clientX: left + width * x, clientY: top + height * y, pointerId: 1, bubbles: true, isPrimary: true };
    anchor.setPointerCapture = () => {};
    anchor.dispatchEvent(new PointerEvent("pointerdown", at));
    anchor.dispatchEvent(new PointerEvent("pointerup", at));
}

const tapStage = (slot, x, y, number) => [
    {
        content: `tap stage ${slot}`,
        trigger: `.o_clinic_stage:eq(${slot}) .o_clinic_stage_area`,
        run: ({ anchor }) => tapAt(anchor, x, y),
    },
    { trigger: `.o_clinic_stage:eq(${slot}) .o_clinic_landmark:contains(${number})` },
];

tours.add("clinic_photo_compare", {
    steps: () => [
        { content: "any patient is found from the home", trigger: ".o_clinic_my_day_find input", run: "edit Ayesha" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Ayesha)", run: "click" },
        { content: "the newest pair is on the card", trigger: ".o_clinic_pair", run: "click" },
        {
            content: "both are there, sharper than their thumbnails",
            trigger: ".o_clinic_stages[data-count='2'] .o_clinic_photo[data-level='1']",
        },
        { content: "how much time lies between", trigger: ".o_clinic_since:contains(months)" },
        {
            content: "both zoom together",
            trigger: ".o_clinic_stage:eq(0) .o_clinic_stage_area",
            run({ anchor }) {
                const { left, top, width, height } = anchor.getBoundingClientRect();
                const at = { clientX: left + width / 2, clientY: top + height / 2, deltaY: -400, bubbles: true };
                anchor.dispatchEvent(new WheelEvent("wheel", { ...at, cancelable: true }));
            },
        },
        {
            content: "by the same factor",
            trigger: ".o_clinic_stages",
            async run() {
                await new Promise((resolve) => setTimeout(resolve, 300));
                const [first, second] = transforms();
                if (first !== second || !(Number(first) > 0)) {
                    throw new Error(`The photos are not zoomed alike: ${first}, ${second}`);
                }
            },
        },
        {
            content: "by keys back to the whole",
            trigger: ".o_clinic_viewer",
            run: () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "0", bubbles: true })),
        },
        { content: "align them", trigger: ".o_clinic_align", run: "click" },
        ...tapStage(0, 0.45, 0.4, 1),
        ...tapStage(1, 0.46, 0.41, 1),
        ...tapStage(0, 0.55, 0.4, 2),
        ...tapStage(1, 0.56, 0.41, 2),
        { content: "two points leave nothing", trigger: ".o_clinic_viewer_hint:contains(0.0 % difference)" },
        { trigger: ".o_clinic_align_save:enabled", run: "click" },
        { content: "under a slider, aligned", trigger: ".o_clinic_split" },
        { trigger: ".o_clinic_difference:contains(aligned)" },
        { trigger: "[data-mode=onion]", run: "click" },
        { content: "one over the other", trigger: ".o_clinic_onion" },
        { trigger: ".o_clinic_viewer_close", run: "click" },
        { trigger: "body:not(:has(.o_clinic_viewer))" },
    ],
});

const frames = () => queryAll(".o_clinic_frame");

async function until(isSo) {
    for (let tries = 0; tries < 100; tries++) {
        if (isSo()) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("It did not become so within ten seconds");
}

tours.add("clinic_photo_film", {
    steps: () => [
        { content: "all photos", trigger: ".o_clinic_gallery_film", run: "click" },
        {
            content: "it runs by itself",
            trigger: ".o_clinic_viewer[data-mode=film]",
            run: () => until(() => frames()[1].getAttribute("aria-pressed") === "true"),
        },
        { content: "stop", trigger: ".o_clinic_play", run: "click" },
        { content: "go to the first one", trigger: ".o_clinic_frame:first", run: "click" },
        {
            content: "it stays there",
            trigger: ".o_clinic_play[aria-label=Play]",
            run: () => until(() => frames()[0].getAttribute("aria-pressed") === "true"),
        },
        {
            content: "every button is large enough for a finger",
            trigger: ".o_clinic_viewer",
            run() {
                for (const button of queryAll(".o_clinic_viewer button:visible")) {
                    const { width, height } = button.getBoundingClientRect();
                    if (Math.min(width, height) < 43.5) {
                        throw new Error(`Too small: ${button.outerHTML.slice(0, 200)}`);
                    }
                }
                if (queryFirst(".o_clinic_viewer").scrollWidth > window.innerWidth) {
                    throw new Error("The viewer is wider than the phone");
                }
            },
        },
        { trigger: ".o_clinic_viewer_close", run: "click" },
    ],
});

tours.add("clinic_photo_gallery", {
    steps: () => [
        { content: "the newest one", trigger: ".o_clinic_thumb:first .o_clinic_thumb_choose", run: "click" },
        { trigger: ".o_clinic_gallery_change", run: "click" },
        { trigger: "#o_clinic_photo_view", run: "select left_45" },
        { trigger: "#o_clinic_photo_note", run: "edit After two weeks" },
        { trigger: ".o_clinic_photo_confirm", run: "click" },
        { content: "it shows something else now", trigger: ".o_clinic_thumb:first figcaption:contains(Left 45°)" },
        { trigger: ".o_clinic_thumb:first figcaption:contains(After two weeks)" },
        { trigger: ".o_clinic_gallery_uses", run: "click" },
        { trigger: ".o_clinic_use[data-use=teaching] button:contains(Permit for All)", run: "click" },
        { trigger: "#o_clinic_photo_reason", run: "edit yes" },
        { trigger: ".o_clinic_photo_confirm:enabled", run: "click" },
        { content: "what is refused is said where it was typed", trigger: ".modal .text-danger:contains(say why)" },
        { trigger: "#o_clinic_photo_reason", run: "edit Form signed today" },
        { trigger: ".o_clinic_photo_confirm:enabled", run: "click" },
        { trigger: ".o_clinic_use[data-use=teaching] .text-success:contains(Form signed today)" },
    ],
});

tours.add("clinic_photo_withdraw", {
    steps: () => [
        { content: "the desk sees documents alone", trigger: ".o_clinic_gallery_upload:contains(Scan a Document)" },
        { trigger: ".o_clinic_gallery:not(:has(.o_clinic_thumb)) .o_clinic_gallery_uses", run: "click" },
        { trigger: ".o_clinic_use[data-use=marketing] button:contains(Withdraw for All)", run: "click" },
        { trigger: "#o_clinic_photo_reason", run: "edit Said so by phone" },
        { trigger: ".o_clinic_photo_confirm:enabled", run: "click" },
        { trigger: ".o_clinic_use[data-use=marketing]:contains(Withdrawn on)" },
    ],
});

async function choose(blob) {
    const files = new DataTransfer();
    files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
    const input = queryFirst(".o_clinic_gallery_file");
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

function drawPhoto() {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 900, height: 1200 });
    canvas.getContext("2d").fillRect(0, 0, 450, 600);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
}

tours.add("clinic_photo_trouble", {
    steps: () => [
        {
            content: "the disk of the server is full",
            trigger: ".o_clinic_gallery_upload:contains(Upload)",
            async run({ anchor }) {
                anchor.click();
                await choose(await drawPhoto());
            },
        },
        { content: "it says so", trigger: ".o_clinic_upload_trouble:contains(there is no room)" },
        {
            content: "there is room again",
            trigger: ".o_clinic_upload_trouble button:contains(Try Again)",
            run: "click",
        },
        { content: "the photo is stored", trigger: ".o_clinic_thumb:eq(3)" },
        {
            content: "this is no photo",
            trigger: "body:not(:has(.o_clinic_upload_tray))",
            run: () => choose(new Blob(["GIF89a, or so it says"])),
        },
        { trigger: ".o_clinic_upload_trouble:contains(not a photo):not(:has(button:contains(Try Again)))" },
        { trigger: ".o_clinic_upload_trouble button[aria-label='Discard this file']", run: "click" },
        { trigger: "body:not(:has(.o_clinic_upload_tray))" },
    ],
});
