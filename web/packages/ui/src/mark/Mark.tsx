const BOWL =
  "M13 2a10.5 10.5 0 1 1-3.5 20.4V28a1.5 1.5 0 0 1-2.6 1L3.3 25A3 3 0 0 1 2.5 23V12.500A10.5 10.5 0 0 1 13 2z";
const COUNTER = "M12 7.7v9.6a4.8 4.8 0 0 1 0-9.6zM14 7.7v9.6a4.8 4.8 0 0 0 0-9.6z";

/** `ground` is the colour behind the mark; its counter is cut out in it. */
export function Mark({ height = 22, ground = "var(--bg-canvas)" }: { height?: number; ground?: string }) {
  return (
    <svg viewBox="0 0 26 32" height={height} width={(height * 26) / 32} aria-hidden="true" style={{ flex: "none" }}>
      <path fill="var(--accent)" d={BOWL} />
      <path fill={ground} d={COUNTER} />
    </svg>
  );
}

export function WordMark({ height = 30, ground = "var(--bg-surface)" }: { height?: number; ground?: string }) {
  return (
    <svg viewBox="0 0 97 32" height={height} width={(height * 97) / 32} role="img" aria-label="Parley">
      <path fill="var(--accent)" d={BOWL} />
      <path fill={ground} d={COUNTER} />
      <g
        transform="translate(-2 0)"
        fill="none"
        stroke="var(--text)"
        strokeWidth="3.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <circle cx="36.5" cy="16.5" r="6" />
        <path d="M42.5 10.5v12M49 22.5v-12M49 16.5c0-3.7 2.2-6 5.7-6M60.5 3v19.5" />
        <path d="M67 16.5h12a6 6 0 1 0-2.2 4.6M85 10.5l5.6 11.600M96.5 10.5l-6.8 14.700c-.9 1.9-2.1 2.8-4.200 2.8" />
      </g>
    </svg>
  );
}
