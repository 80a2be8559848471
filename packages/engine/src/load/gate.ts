/** Lets through while open; closing makes later comers wait until it is opened again. */
export class Gate {
  #waiting: Promise<void> | null = null;

  /** `await gate.open` costs nothing while nobody holds it. */
  get open(): Promise<void> | null {
    return this.#waiting;
  }

  /** Returns what opens it again. */
  close(): () => void {
    let release: () => void = () => {};
    this.#waiting = new Promise<void>((resolve) => {
      release = () => {
        this.#waiting = null;
        resolve();
      };
    });
    return release;
  }
}
