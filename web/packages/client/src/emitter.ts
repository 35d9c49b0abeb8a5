/** Listeners by topic; a listener that unsubscribes during an emit is not called again. */
export class Emitter<T = void> {
  private readonly listeners = new Set<(value: T) => void>();

  subscribe = (listener: (value: T) => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  emit(value: T): void {
    for (const listener of [...this.listeners]) if (this.listeners.has(listener)) listener(value);
  }
}
