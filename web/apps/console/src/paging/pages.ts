import type { Page } from "@parley/protocol";

export interface Pages<T> {
  pages: Page<T>[];
  pageParams: (string | null)[];
}

export type IdOf<T> = (item: T) => number | string;

/** Pages one below the other. What moved between two readings is shown once, where it stood first. */
export function flat<T>(pages: readonly Page<T>[], idOf: IdOf<T>): T[] {
  const seen = new Set<number | string>();
  return pages
    .flatMap((page) => page.items)
    .filter((item) => {
      const id = idOf(item);
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
}

/** The same pages with one entry as it is now; one that no longer `belongs` there goes. */
export function withItem<T>(
  data: Pages<T> | undefined,
  item: T,
  idOf: IdOf<T>,
  belongs: (item: T) => boolean = () => true,
): Pages<T> | undefined {
  if (!data) return data;
  const put = (old: T): T[] => (idOf(old) !== idOf(item) ? [old] : belongs(item) ? [item] : []);
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.flatMap(put) })) };
}
