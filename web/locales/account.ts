import en from "./account.en.json" with { type: "json" };
import zhCN from "./account.zh-CN.json" with { type: "json" };

/** Texts of the pages for users, by language. */
export const ACCOUNT_TEXTS = { en, "zh-CN": zhCN };
