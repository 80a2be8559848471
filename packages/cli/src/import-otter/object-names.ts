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
      .replace(/^[^\p{L}\p{N}]+/u, '');
    const base = plain === '' ? 'unnamed' : plain;
    let name = cut(base, '');
    for (let count = 2; this.#taken.has(name); count++) {
      name = cut(base, ` ${count}`);
    }
    this.#taken.add(name);
    return name;
  }
}

/** With this end, and at most as long as a name may be; not cut inside a character, and not before what ends no name. */
function cut(text: string, end: string): string {
  const head = text.slice(0, LENGTH_MAX - end.length).replace(/\p{Cs}$/u, '');
  return `${head.replace(/[ :(]+$/, '')}${end}`;
}

/** A free text without what no text here may hold. */
export function plainText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|\p{Cs}/gu, ' ').slice(0, 2000);
}
