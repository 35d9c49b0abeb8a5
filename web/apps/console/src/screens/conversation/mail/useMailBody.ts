import type { EmailBody, MessageEmail } from "@parley/protocol";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
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

const readings = new WeakMap<MessageEmail, number>();
let latest = 0;

/**
 * Which reading of a mail this is. One that came in is told of a second time only when it was read again, and its body, which the
 * message does not carry, may be another then. What we wrote ourselves stays as it is, however often its delivery changes.
 */
export function readingOf(email: MessageEmail): number {
  if (email.direction === "out") return 0;
  const known = readings.get(email);
  if (known !== undefined) return known;
  readings.set(email, ++latest);
  return latest;
}

/** The body of a stored e-mail, fetched once for each reading. The one before stays in view until the new one is here. */
export function useMailBody(
  messageId: number | null,
  email: MessageEmail | null,
  isWanted: boolean,
): EmailBody | undefined {
  const { data } = useQuery({
    queryKey: ["mail-body", messageId, email && readingOf(email)],
    queryFn: () => desk.api.messageEmail(messageId ?? 0),
    enabled: isWanted && messageId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  return data;
}
