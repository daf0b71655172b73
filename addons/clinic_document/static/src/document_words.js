const MOST_TITLE = 120;

/** The title that is proposed for a file: its name without the ending and what stands for spaces. */
export function titleOf(fileName) {
    const plain = fileName.replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[_\s]+/g, " ");
    return plain.trim().slice(0, MOST_TITLE);
}

/**
 * The kind that is proposed for a file: the first of which a word stands in the name, else the last one, "other".
 *
 * @param {Array} kinds {id, words}
 * @param {string} fileName
 */
export function kindOf(kinds, fileName) {
    const name = ` ${fileName
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, " ")
        .trim()} `;
    return kinds.find((kind) => kind.words.some((word) => name.includes(` ${word} `))) || kinds.at(-1);
}
