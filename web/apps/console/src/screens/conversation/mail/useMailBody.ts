import type { EmailBody } from "@parley/protocol";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useState } from "react";
import { desk } from "../../../app/desk";

const NEAR = "900px 0px";

/** True from the moment the element first comes near what is seen. */
export function useIsNear(part: RefObject<HTMLElement | null>): boolean {
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    const element = part.current;
    if (!element || isNear) return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) setIsNear(true);
      },
      { root: element.closest("[data-scroller]"), rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [part, isNear]);
  return isNear;
}

/** The body of a stored e-mail, fetched once; a mail never changes. */
export function useMailBody(messageId: number | null, isWanted: boolean): EmailBody | undefined {
  const { data } = useQuery({
    queryKey: ["mail-body", messageId],
    queryFn: () => desk.api.messageEmail(messageId ?? 0),
    enabled: isWanted && messageId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
