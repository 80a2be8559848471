/** Lets through while open; closing makes later comers wait until it is opened again. */
export class Gate {
  #waiting: Promise<void> | null = null;

  /** `await gate.open` costs nothing while nobody holds it. */
  get open(): Promise<void> | null {
    return this.#waiting;
  }

  /** Returns what opens it again or, called with an error, makes everybody who waits end with it. */
  close(): (failure?: unknown) => void {
    let release: (failure?: unknown) => void = () => {};
    const waiting = new Promise<void>((resolve, reject) => {
      release = (failure) => {
        if (failure === undefined) {
          if (this.#waiting === waiting) this.#waiting = null;
          resolve();
        } else reject(failure as Error);
      };
    });
    waiting.catch(() => {});
    this.#waiting = waiting;
    return release;
  }
}
