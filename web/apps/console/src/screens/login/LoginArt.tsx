const COLUMNS = 8;
const ROWS = 7;
const TONES = ["t0", "t1", "t1", "t2", "t0", "t1", "t2"];

/** Pairs of half discs, two sides of one table: the only ornament of the product. Always the same picture. */
export function LoginArt() {
  const cells = Array.from({ length: COLUMNS * ROWS }, (_, index) => {
    const column = index % COLUMNS;
    const row = Math.floor(index / COLUMNS);
    const seed = (index * 7 + row * 5 + column * 3) % 31;
    const left = seed === 4 || seed === 17 ? "t3" : (TONES[seed % 7] ?? "t0");
    return { index, column, row, left, right: TONES[(seed * 3 + 2) % 7] ?? "t0", turn: (seed % 3) % 2 === 0 ? 0 : 90 };
  });
  return (
    <svg viewBox="0 0 720 900" preserveAspectRatio="xMidYMin slice" aria-hidden="true">
      {cells.map((cell) => (
        <g
          key={cell.index}
          transform={`translate(${45 + cell.column * 90} ${45 + cell.row * 90}) rotate(${cell.turn})`}
        >
          <path className={cell.left} d="M-4-34v68a34 34 0 0 1 0-68z" />
          <path className={cell.right} d="M4-34v68a34 34 0 0 0 0-68z" />
        </g>
      ))}
    </svg>
  );
}
