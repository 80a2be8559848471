/** Lets through while open; closing makes later comers wait until it is opened again. */
export class Gate {
  #waiting: Promise<void> | null = null;

  /** `null` while nobody holds it: then passing costs nothing. */
  whenOpen(): Promise<void> | null {
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
        } else {
          const error = failure as Error;
          reject(error);
        }
      };
    });
    waiting.catch(() => {});
    this.#waiting = waiting;
    return release;
  }
}
