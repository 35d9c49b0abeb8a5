import { type RefObject, useEffect, useState } from "react";

/**
 * True while somebody is at work in a part. Presses elsewhere end it only after they have had their effect: nothing moves
 * away under the pointer.
 */
export function useUnfolded(part: RefObject<HTMLElement | null>): boolean {
  const [isIn, setIsIn] = useState(false);
  useEffect(() => {
    const belongs = (place: EventTarget): boolean =>
      place === part.current || (place instanceof Element && place.matches('[role="dialog"],[role="menu"]'));
    const handleFocus = (): void => setIsIn(true);
    const handleClick = (event: MouseEvent): void => {
      // The way of the press, not what is pressed: a button may be gone by what it did.
      if (!event.composedPath().some(belongs)) setIsIn(false);
    };
    const handleKey = (event: KeyboardEvent): void => {
      if (event.key === "Tab" && !event.composedPath().some(belongs)) setIsIn(false);
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
