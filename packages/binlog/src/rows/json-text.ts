const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

// oxlint-disable-next-line no-control-regex -- control characters are what must be escaped
const SPECIAL = /["\\\u0000-\u001f]/;
// oxlint-disable-next-line no-control-regex -- see above
const SPECIALS = /["\\\u0000-\u001f]/g;

/** A JSON string as MySQL prints it (`double_quote` of json_dom.cc): only what must be escaped is. */
export function quoted(text: string): string {
  if (!SPECIAL.test(text)) return `"${text}"`;
  return `"${text.replace(SPECIALS, (c) => ESCAPES[c] ?? `\\u00${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
}

/**
 * A double in a JSON document as MySQL prints it: the shortest digits that read back as the same double
 * (`my_gcvt`), in plain notation from 1e-15 up to 1e15 or while there are digits behind the point, else as
 * `1.5e20`, and `.0` where it would look like an integer.
 */
export function doubleText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const sign = value < 0 ? '-' : '';
  const [mantissa, exponentText] = Math.abs(value).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  // Digits in front of the point in plain notation.
  const point = Number(exponentText) + 1;
  if (point >= -14 && (point <= 15 || digits.length > point)) return sign + plain(digits, point);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${fraction}e${point - 1}`;
}

function plain(digits: string, point: number): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (digits.length > point) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${digits}${'0'.repeat(point - digits.length)}.0`;
}
