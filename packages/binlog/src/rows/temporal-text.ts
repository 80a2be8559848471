/** Two digits, with the zero in front. */
const TWO: readonly string[] = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));

/** `n` with at least `digits` digits. */
export function padded(n: number, digits: number): string {
  return String(n).padStart(digits, '0');
}

function two(n: number): string {
  return TWO[n] ?? String(n);
}

/**
 * `.` and `digits` digits of a fraction stored in hundredths (1, 2 digits), 1/10,000 (3, 4) or microseconds (5, 6);
 * '' for no digits.
 */
export function fractionText(stored: number, digits: number): string {
  if (digits === 0) return '';
  return `.${padded(stored, (digits + 1) & ~1).slice(0, digits)}`;
}

/** `YYYY-MM-DD`, zero and partial dates included. */
export function dateText(year: number, month: number, day: number): string {
  return `${year < 1000 ? padded(year, 4) : year}-${two(month)}-${two(day)}`;
}

/** `HH:MM:SS`; hours may have three digits. */
export function clockText(hour: number, minute: number, second: number): string {
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

const SECONDS_A_DAY = 86_400;

/** UTC text of seconds since 1970, by Howard Hinnant's civil-from-days: no `Date` near a user's value. */
export function epochText(seconds: number): string {
  const days = Math.floor(seconds / SECONDS_A_DAY);
  const rest = seconds - days * SECONDS_A_DAY;
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${dateText(year, month, day)} ${clockText(Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60)}`;
}
