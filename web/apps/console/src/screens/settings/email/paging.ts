import type { Page } from "@parley/protocol";

export interface Pages<T> {
  pages: Page<T>[];
  pageParams: (string | null)[];
}

/** Pages one below the other. What moved between two readings is shown once, where it stood first. */
export function flat<T extends { id: number }>(pages: readonly Page<T>[]): T[] {
  const seen = new Set<number>();
  return pages
    .flatMap((page) => page.items)
    .filter(({ id }) => {
      if (seen.has(id)) return false;
      seen.add(id);
      return true;
    });
}

/** The same pages with one entry as it is now; one that no longer `belongs` there goes. */
export function withItem<T extends { id: number }>(
  data: Pages<T> | undefined,
  item: T,
  belongs: (item: T) => boolean = () => true,
): Pages<T> | undefined {
  if (!data) return data;
  const put = (old: T): T[] => (old.id !== item.id ? [old] : belongs(item) ? [item] : []);
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.flatMap(put) })) };
}
