/** Random numbers that a seed determines. The generator is mulberry32: 32 bits of state, good enough to vary tests. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Both ends are possible. */
  int(first: number, last: number): number {
    return first + Math.floor(this.fraction() * (last - first + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('nothing to pick from');
    return items[this.int(0, items.length - 1)] as T;
  }

  /** An unsigned integer of so many bits; its extremes come often. */
  bits(count: number): bigint {
    const max = (1n << BigInt(count)) - 1n;
    if (this.chance(0.1)) return this.pick([0n, max, max >> 1n, (max >> 1n) + 1n]);
    let value = 0n;
    for (let i = 0; i < count; i += 32) value = (value << 32n) | BigInt(this.int(0, 2 ** 32 - 1));
    return value & max;
  }

  bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.int(0, 255)));
  }

  text(characters: readonly string[], lengthMax: number): string {
    return Array.from({ length: this.int(0, lengthMax) }, () => this.pick(characters)).join('');
  }
}
