import { type RefObject, useEffect, useState } from "react";

/**
 * True while somebody is at work in a part. Presses elsewhere end it only after they have had their effect: nothing moves
 * away under the pointer.
 */
export function useUnfolded(part: RefObject<HTMLElement | null>): boolean {
  const [isIn, setIsIn] = useState(false);
  useEffect(() => {
    const isOutside = (target: EventTarget | null): boolean =>
      target instanceof Element && !part.current?.contains(target) && !target.closest('[role="dialog"],[role="menu"]');
    const handleFocus = (): void => setIsIn(true);
    const handleClick = (event: MouseEvent): void => {
      if (isOutside(event.target)) setIsIn(false);
    };
    const handleKey = (event: KeyboardEvent): void => {
      if (event.key === "Tab" && isOutside(document.activeElement)) setIsIn(false);
    };
    const element = part.current;
    element?.addEventListener("focusin", handleFocus);
    document.addEventListener("click", handleClick);
    document.addEventListener("keyup", handleKey);
    return () => {
      element?.removeEventListener("focusin", handleFocus);
      document.removeEventListener("click", handleClick);
      document.removeEventListener("keyup", handleKey);
    };
  }, [part]);
  return isIn;
}
