import type { Words } from "./words";

const MOST_BARS = 6;

/** The place in line, as a number, as words, and as bars with the visitor's own at the end. */
export function QueueCard({ position, words }: { position: number; words: Words }) {
  const bars = Array.from({ length: Math.min(position, MOST_BARS) }, (_, index) => index);
  return (
    <div class="queue" data-testid="queue-card" data-position={position}>
      <p class="place">
        <b aria-hidden="true">{position}</b>
        <span>{words.line(position)}</span>
      </p>
      <ol aria-hidden="true">
        {bars.map((index) => (
          <li key={index} class={index === bars.length - 1 ? "is-you" : ""} />
        ))}
      </ol>
      <p>{words.lineHint}</p>
    </div>
  );
}
