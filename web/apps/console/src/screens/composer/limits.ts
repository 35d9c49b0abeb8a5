/** Of plain text, as the server has it. */
export const MAX_LENGTH = 10_000;

/** Of the HTML of an e-mail; what is longer is a file. */
export const MAX_HTML = 200_000;
