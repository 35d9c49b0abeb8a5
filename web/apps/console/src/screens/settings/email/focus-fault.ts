/** Takes the keyboard to the first thing that is wrong, once it is shown as wrong. */
export function focusFault(top: HTMLElement | null): void {
  requestAnimationFrame(() => top?.querySelector<HTMLElement>('[aria-invalid="true"], [data-fault]')?.focus());
}
