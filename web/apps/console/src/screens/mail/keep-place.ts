/**
 * Something in the stream grew by itself. When it begins above what the reader sees, he is moved along, so that his line
 * stays under his eyes; at the very bottom the stream follows by its own.
 */
export function keepPlace(element: Element, growth: number): void {
  const scroller = element.closest("[data-scroller]");
  if (growth === 0 || !scroller) return;
  if (element.getBoundingClientRect().top < scroller.getBoundingClientRect().top) scroller.scrollTop += growth;
}
