/** What a field's name may hold: a token in lower case, with one colon before it for pseudo headers. RFC 9113, 8.2.1. */
const namePattern = /^:?[a-z0-9!#$%&'*+.^_`|~-]+$/;

export function isFieldName(text: string): boolean {
  return namePattern.test(text);
}

/**
 * Whether a field's value may travel: latin1 without control characters but tab, and no blank at either end.
 *
 * Source: RFC 9113, 8.2.1; RFC 9110, 5.5 (which has it that a value with other control characters is invalid).
 */
export function isFieldValue(text: string): boolean {
  const { length } = text;
  for (let i = 0; i < length; i++) {
    const char = text.charCodeAt(i);
    if ((char < 0x20 && char !== 9) || char === 0x7f || char > 0xff) return false;
  }
  return length === 0 || (!isBlank(text.charCodeAt(0)) && !isBlank(text.charCodeAt(length - 1)));
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 9;
}
