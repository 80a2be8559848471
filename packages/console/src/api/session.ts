type Listener = () => void;
const listeners = new Set<Listener>();

/** Somewhere a request was answered "not signed in". */
export function noteSignedOut(): void {
  for (const listener of listeners) listener();
}

/** Returns a function that ends the subscription. */
export function onSignedOut(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
