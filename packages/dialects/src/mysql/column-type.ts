/** What a backslash and this character stand for in a label as information_schema prints it. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', b: '\b', Z: '\x1a' };

/**
 * The labels of `enum('a','b')` or `set(…)`, in order. A quote inside a label is doubled, a backslash escapes;
 * commas, parentheses and words like `unsigned` inside a label are part of it.
 */
export function parseLabels(typeText: string): string[] {
  const labels: string[] = [];
  let at = typeText.indexOf("'");
  while (at >= 0 && at < typeText.length) {
    let label = '';
    at += 1;
    for (; at < typeText.length; at++) {
      const character = typeText[at] as string;
      if (character === '\\' && at + 1 < typeText.length) {
        at += 1;
        label += ESCAPES[typeText[at] as string] ?? typeText[at];
      } else if (character !== "'") {
        label += character;
      } else if (typeText[at + 1] === "'") {
        label += "'";
        at += 1;
      } else {
        break;
      }
    }
    labels.push(label);
    at = typeText.indexOf("'", at + 1);
  }
  return labels;
}
