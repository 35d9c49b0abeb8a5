const PATHS = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5L7 17l9-9.5M11.5 15.5L13 17l9-9.5",
  clip: "M19.5 11.5l-7.8 7.8a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-7.9 7.9a1.5 1.5 0 0 1-2.2-2.1l7.2-7.2",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7v5l3.3 2",
  down: "M6 9.5l6 6 6-6",
  left: "M14.5 6l-6 6 6 6",
  right: "M9.5 6l6 6-6 6",
  offline:
    "M3.5 3.5l17 17M8.5 15.5a5 5 0 0 1 6.5-.4M5 12a10 10 0 0 1 4-2.4M13 9a10 10 0 0 1 6 3M2.5 8.5A14 14 0 0 1 6 6.3M10.5 5a14 14 0 0 1 11 3.5M12 19v.1",
  send: "M4 12l16-8-5.5 16-3-6.5zM11.5 13.5L20 4",
  star: "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
  alert: "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7.5v5.5M12 16.2v.1",
  x: "M6 6l12 12M18 6L6 18",
};

export function Icon({ name, small, filled }: { name: keyof typeof PATHS; small?: boolean; filled?: boolean }) {
  return (
    <svg class={small ? "i i-sm" : "i"} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} fill={filled ? "currentColor" : "none"} />
    </svg>
  );
}
