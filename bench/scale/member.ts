/** An ordinary user, a reader of one organization. */
export const MEMBER = { name: "member", password: "a password of some length" };
