/** The prefix that the sanitizer puts before every `id` and `name`. */
export const ID_PREFIX = "user-content-";
