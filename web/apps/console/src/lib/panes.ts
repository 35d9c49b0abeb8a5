/** Takes the focus to the next pane on the screen, or to the one before; round the corner when there is none. */
export function stepPane(step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>("[data-pane]")];
  const panes = all.filter((pane) => pane.getClientRects().length > 0);
  const from = panes.findIndex((pane) => pane.contains(document.activeElement));
  const first = step === 1 ? 0 : panes.length - 1;
  const pane = panes[from < 0 ? first : (from + step + panes.length) % panes.length];
  if (!pane) return;
  // Only while it has the focus: a press of the mouse on an empty place is no reason to take it.
  pane.tabIndex = -1;
  pane.addEventListener("blur", () => pane.removeAttribute("tabindex"), { once: true });
  pane.focus({ preventScroll: true });
}
