const SHELF = 16;

/**
 * A map by id whose copy costs next to nothing: a copy shares the shelves (neighbouring ids) of the map it was made from, and makes
 * one its own when it first writes there. For the tickets of a long day, a few of which change ten times a second.
 */
export class Shelves<V> implements ReadonlyMap<number, V> {
  private readonly own = new Set<number>();
  private shelves: Map<number, Map<number, V>>;
  private count: number;

  constructor(from?: Shelves<V>) {
    this.shelves = new Map(from?.shelves);
    this.count = from?.count ?? 0;
  }

  get size(): number {
    return this.count;
  }

  get(id: number): V | undefined {
    return this.shelves.get(Math.floor(id / SHELF))?.get(id);
  }

  has(id: number): boolean {
    return this.shelves.get(Math.floor(id / SHELF))?.has(id) ?? false;
  }

  set(id: number, value: V): this {
    if (!this.has(id)) this.count++;
    this.shelfOf(id).set(id, value);
    return this;
  }

  delete(id: number): boolean {
    if (!this.has(id)) return false;
    this.count--;
    return this.shelfOf(id).delete(id);
  }

  *entries(): MapIterator<[number, V]> {
    for (const shelf of this.shelves.values()) yield* shelf.entries();
  }

  *keys(): MapIterator<number> {
    for (const shelf of this.shelves.values()) yield* shelf.keys();
  }

  *values(): MapIterator<V> {
    for (const shelf of this.shelves.values()) yield* shelf.values();
  }

  [Symbol.iterator](): MapIterator<[number, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: number, map: ReadonlyMap<number, V>) => void): void {
    for (const shelf of this.shelves.values()) for (const [id, value] of shelf) visit(value, id, this);
  }

  /** Of this id, for writing. */
  private shelfOf(id: number): Map<number, V> {
    const number = Math.floor(id / SHELF);
    const known = this.shelves.get(number);
    if (known && this.own.has(number)) return known;
    const shelf = new Map(known);
    this.shelves.set(number, shelf);
    this.own.add(number);
    return shelf;
  }
}
