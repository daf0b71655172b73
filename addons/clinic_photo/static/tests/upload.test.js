import { describe, expect, test } from "@odoo/hoot";
import { ghostOf } from "@clinic_photo/photo_words";
import { PhotoUploads } from "@clinic_photo/upload/photo_upload_service";
import { WaitingStore } from "@clinic_photo/upload/waiting_store";

describe.current.tags("headless");

const SECRET = "ab".repeat(32);
const OTHER_SECRET = "cd".repeat(32);

const rows = new Map();
// As of IndexedDB; in these tests it is a mock, as are the browser's cipher and its blobs.
const TABLE = {
    put: (row, name) => ({ result: rows.set(name, row) && name }),
    get: (name) => ({ result: rows.get(name) }),
    delete: (name) => ({ result: rows.delete(name) && undefined }),
    getAllKeys: () => ({ result: [...rows.keys()] }),
};

/** The store of one user: a row opens with the secret that it was sealed with. */
class Store extends WaitingStore {
    async run(_mode, work) {
        return work(TABLE).result;
    }

    importKey(secret) {
        return secret;
    }

    async pack(about, blob) {
        return { about, blob };
    }

    unpack(opened) {
        return opened;
    }

    async seal(sealed) {
        return { sealed, secret: this.key };
    }

    async unseal({ sealed, secret }) {
        if (secret !== this.key) {
            throw new Error("It does not open");
        }
        return sealed;
    }
}

async function names(store) {
    return (await store.all()).found.map(({ key }) => key);
}

test("the next person on a shared tablet leaves alone what waits", async () => {
    const key = `test${Date.now()}`;
    const [first, second] = [new Store(7_000_001, SECRET), new Store(7_000_002, OTHER_SECRET)];
    expect(await first.put(key, { view: "front" }, new Blob(["photo"]))).toBe(true);
    expect(await names(second)).toEqual([]);
    const { found, lost } = await first.all();
    expect(lost).toBe(0);
    expect(found.map((one) => [one.key, one.about.view])).toEqual([[key, "front"]]);
    await second.delete(key);
    expect(await names(first)).toEqual([key]);
    await first.delete(key);
    expect(await names(first)).toEqual([]);
});

test("what its own user cannot open any more is given up after two weeks, and said", async () => {
    const key = `test${Date.now()}`;
    const [before, since] = [new Store(7_000_003, SECRET), new Store(7_000_003, OTHER_SECRET)];
    await before.put(key, {}, new Blob(["photo"]));
    expect(await since.all()).toEqual({ found: [], lost: 0 });
    expect(await names(before)).toEqual([key]);
    const row = await before.run("readonly", (table) => table.get(before.prefix + key));
    await before.run("readwrite", (table) =>
        table.put({ ...row, at: row.at - 15 * 24 * 3600 * 1000 }, before.prefix + key),
    );
    expect(await since.all()).toEqual({ found: [], lost: 1 });
    expect(await names(before)).toEqual([]);
});

test("a photo is sent by one tab at a time", async () => {
    const uploads = new PhotoUploads({}, { add() {} });
    const item = { key: `test${Date.now()}`, state: "sending" };
    let release;
    const first = uploads.alone(item, () => new Promise((resolve) => (release = resolve)));
    await new Promise((resolve) => navigator.locks.query().then(resolve));
    await uploads.alone(item, () => expect.step("sent twice"));
    expect(item.state).toBe("elsewhere");
    release();
    await first;
    await uploads.alone(item, () => expect.step("sent"));
    expect.verifySteps(["sent"]);
});

test("the earlier photo of the same view and area is the ghost", () => {
    const ghosts = { front: "new", "front/": "whole", "front/3": "chin" };
    expect(ghostOf(ghosts, "front", 3)).toBe("chin");
    expect(ghostOf(ghosts, "front", 4)).toBe(undefined);
    expect(ghostOf(ghosts, "front", false)).toBe("whole");
    expect(ghostOf({ front: "new" }, "front")).toBe("new");
});
