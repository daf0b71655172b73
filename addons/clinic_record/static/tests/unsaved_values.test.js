import { UnsavedValues, Unsendable } from "@clinic/unsaved/unsaved_values";
import { unsavedStore } from "@clinic/unsaved/unsaved_store";
import { KeptInput } from "@clinic/unsaved/kept_input";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { advanceTime, animationFrame, Deferred } from "@odoo/hoot-mock";
import { edit, click, press } from "@odoo/hoot-dom";
import { Component, useState, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { makeMockEnv, mountWithCleanup } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const KEY = "parameter/5/value";
const NAME = "clinic.procedure/7";

beforeEach(async () => {
    await makeMockEnv();
    unsavedStore.clear(true);
});

function stored() {
    return unsavedStore.read(NAME);
}

function conflict(theirs) {
    const context = { theirs, seen: theirs };
    return Object.assign(new RPCError(), { data: { context, message: "2 was saved meanwhile." } });
}

test("what is typed is kept at once, and sent a moment after the last key", async () => {
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("parameter", async (key, value, seen) => {
        expect.step([key, value, seen]);
        return 2.5;
    });
    expect(unsaved.status).toBe("");
    unsaved.enter(KEY, "2", false);
    unsaved.enter(KEY, "2.5", false);
    expect(stored()).toEqual({ [KEY]: { value: "2.5", seen: false } });
    expect(unsaved.status).toBe("saving");
    await advanceTime(700);
    expect.verifySteps([]);
    await advanceTime(200);
    expect.verifySteps([[KEY, "2.5", false]]);
    expect([unsaved.status, unsaved.has(KEY), stored()]).toEqual(["saved", false, {}]);
});

test("what is typed while an earlier value is on its way is sent next, on top of what was kept", async () => {
    const answers = [new Deferred(), new Deferred()];
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("parameter", (key, value, seen) => {
        expect.step([value, seen]);
        return answers.shift();
    });
    const [first, second] = answers;
    unsaved.enter(KEY, "2", false);
    const flushed = unsaved.flush();
    unsaved.enter(KEY, "2.2", false);
    first.resolve(2);
    await animationFrame();
    expect(unsaved.valueOf(KEY, "2")).toBe("2.2");
    second.resolve(2.2);
    expect(await flushed).toBe(true);
    expect.verifySteps([
        ["2", false],
        ["2.2", 2],
    ]);
});

test("what is on its way is waited for: finishing never overtakes it", async () => {
    const answer = new Deferred();
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("note", () => answer);
    unsaved.enter("note", "<p>Even</p>", "v1");
    unsaved.save("note");
    unsaved.flush().then((isSaved) => expect.step(isSaved));
    await animationFrame();
    expect.verifySteps([]);
    answer.resolve("v2");
    await animationFrame();
    expect.verifySteps([true]);
});

test("after a reload it is there, and is sent", async () => {
    new UnsavedValues(NAME).enter("note", "<p>Half a</p>", "v1");
    const unsaved = new UnsavedValues(NAME);
    expect(unsaved.valueOf("note", "<p><br></p>")).toBe("<p>Half a</p>");
    unsaved.handle("note", async (key, value, seen) => expect.step([value, seen]));
    await advanceTime(0);
    expect.verifySteps([["<p>Half a</p>", "v1"]]);
    expect(stored()).toEqual({});
});

test("another tab's value is a conflict: nothing is sent until a person has chosen", async () => {
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("parameter", async (key, value, seen) => {
        expect.step([value, seen]);
        if (seen !== 2) {
            throw conflict(2);
        }
        return 3;
    });
    unsaved.enter(KEY, "3", false);
    expect(await unsaved.flush()).toBe(false);
    expect(unsaved.status).toBe("conflict");
    expect(unsaved.conflictOf(KEY).theirs).toBe(2);
    unsaved.enter(KEY, "3.0", false);
    await advanceTime(10000);
    expect(await unsaved.flush()).toBe(false);
    expect.verifySteps([["3", false]]);
    await unsaved.keepMine(KEY);
    expect.verifySteps([["3.0", 2]]);
    expect(unsaved.status).toBe("saved");
});

test("the other tab's value is chosen", async () => {
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("parameter", async () => {
        throw conflict(2);
    });
    unsaved.enter(KEY, "3", false);
    await unsaved.flush();
    unsaved.discard(KEY);
    expect([unsaved.has(KEY), stored(), await unsaved.flush()]).toEqual([false, {}, true]);
});

test("what is refused stays, with the reason; without a connection it is tried again", async () => {
    let error = new Unsendable("“2,x” is no number.");
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("parameter", async () => {
        if (error) {
            throw error;
        }
    });
    unsaved.enter(KEY, "2,x", false);
    expect(await unsaved.flush()).toBe(false);
    expect([unsaved.status, unsaved.failureOf(KEY)]).toEqual(["failed", "“2,x” is no number."]);
    error = new ConnectionLostError();
    unsaved.enter(KEY, "2", false);
    expect(await unsaved.flush()).toBe(false);
    expect([unsaved.status, stored()[KEY].value]).toEqual(["offline", "2"]);
    error = null;
    await advanceTime(5000);
    expect([unsaved.status, stored()]).toEqual(["saved", {}]);
});

test("another user's values are forgotten; the own ones when the user logs out", async () => {
    browser.sessionStorage.setItem("clinic_unsaved/999/clinic.procedure/7", "{}");
    browser.sessionStorage.setItem("other", "1");
    new UnsavedValues(NAME).enter("note", "<p>Half a</p>", "v1");
    unsavedStore.clear();
    expect(browser.sessionStorage.getItem("clinic_unsaved/999/clinic.procedure/7")).toBe(null);
    expect(unsavedStore.keyOf(NAME)).toBe(`clinic_unsaved/${user.userId}/${NAME}`);
    expect(stored().note.value).toBe("<p>Half a</p>");
    unsavedStore.clear(true);
    expect(stored()).toEqual({});
    expect(browser.sessionStorage.getItem("other")).toBe("1");
});

test("the server's answer to an earlier value changes nothing in a field that is being typed in", async () => {
    const unsaved = new UnsavedValues(NAME);
    unsaved.handle("parameter", async () => 2);
    let parent;
    class Parent extends Component {
        static components = { KeptInput };
        static props = {};
        static template = xml`<KeptInput unsaved="unsaved" name="'${KEY}'" text="state.text" seen="false"/><button/>`;
        setup() {
            parent = this;
            this.unsaved = useState(unsaved);
            this.state = useState({ text: "" });
        }
    }
    await mountWithCleanup(Parent);
    await click("input");
    await edit("2.", { confirm: false });
    await advanceTime(900);
    parent.state.text = "2";
    await animationFrame();
    expect("input").toHaveValue("2.");
    await press("2");
    await animationFrame();
    expect("input").toHaveValue("2.2");
    parent.state.text = "2";
    await animationFrame();
    expect("input").toHaveValue("2.2");
});
