// Rules for the addons' JavaScript: likely mistakes only; prettier sees to the looks.
import js from "@eslint/js";
import globals from "globals";

export default [
    js.configs.recommended,
    {
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: { ...globals.browser, odoo: "readonly", luxon: "readonly" },
        },
        rules: {
            "no-unused-vars": ["error", { args: "none" }],
            "no-console": "error",
            "prefer-const": "error",
            eqeqeq: "error",
        },
    },
];
