import type { Page } from "@parley/protocol";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { flat, type IdOf, type Pages, withItem } from "./pages";

const FIRST: string | null = null;

interface PagesOptions<T> {
  key: readonly unknown[];
  read: (cursor: string | null) => Promise<Page<T>>;
  idOf: IdOf<T>;
  staleTime?: number;
  refetchInterval?: number;
}

/** A list that the server gives page by page; drawn by `PagedList`. */
export function usePages<T>({ key, read, idOf, staleTime = 0, refetchInterval }: PagesOptions<T>) {
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: FIRST,
    getNextPageParam: (page) => page.next_cursor,
    staleTime,
    ...(refetchInterval === undefined ? {} : { refetchInterval }),
  });
  /** One entry as it is now; one that no longer `belongs` in the list goes. */
  const put = (item: T, belongs?: (item: T) => boolean): void => {
    client.setQueryData<Pages<T>>(key, (pages) => withItem(pages, item, idOf, belongs));
  };
  return { query, items: flat(query.data?.pages ?? [], idOf), put };
}

export type PagesReading<T> = ReturnType<typeof usePages<T>>;
