/**
 * The scheme and user of a URL, and its password: from the first colon of the user to the last `@`, also where the
 * URL is not a valid one.
 */
export const USERINFO = /^([a-z][a-z0-9+.-]*:\/\/[^:/?#]*):(.*)@/is;
