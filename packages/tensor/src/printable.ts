/** What acts on a terminal, on the lines of a log or on the direction of text, instead of being seen. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * Text as it may leave for a terminal, a log or a page, whoever it comes from: characters that would
 * act there are spelled out, such as `\u001b`.
 */
export const printable = (text: string): string =>
  text.replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
