const LENGTH_MAX = 64;
const REFUSED = /[^\p{L}\p{M}\p{N} ._:()+#@-]/gu;

/** Gives names that are allowed here and not given twice. */
export class ObjectNames {
  readonly #taken = new Set<string>();

  /** `wanted` where that is possible; else something as near as can be. */
  take(wanted: string): string {
    const plain = wanted
      .trim()
      .replaceAll(REFUSED, '-')
      .replace(/^[^\p{L}\p{N}]+/u, '')
      .replace(/[ :]+$/, '');
    const base = [...(plain === '' ? 'unnamed' : plain)].slice(0, LENGTH_MAX).join('').trim();
    let name = base;
    for (let count = 2; this.#taken.has(name); count++) {
      const end = ` ${count}`;
      name = `${[...base].slice(0, LENGTH_MAX - end.length).join('')}${end}`;
    }
    this.#taken.add(name);
    return name;
  }
}

/** A free text without what no text here may hold. */
export function plainText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Cs}/gu, ' ').slice(0, 2000);
}
