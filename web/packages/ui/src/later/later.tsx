import { type ComponentType, type FunctionComponent, useEffect, useReducer, useRef } from "react";

let tell: () => void = () => undefined;

/** What happens, besides closing it, when a part could not be fetched. The application sets it once. */
export function onPartFailed(listener: () => void): void {
  tell = listener;
}

/**
 * A menu, dialog or picker whose code comes when it is first shown. Nothing is drawn until it is there. When it cannot be fetched the
 * part closes itself, the application is told, and the next showing tries again; whatever stands around it is left alone.
 */
export function later<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): FunctionComponent<P & { onClose?: () => void }> {
  let Part: ComponentType<P> | null = null;
  return function Later(props: P & { onClose?: () => void }) {
    const [, redraw] = useReducer((count: number) => count + 1, 0);
    const { onClose } = props;
    const close = useRef(onClose);
    close.current = onClose;
    useEffect(() => {
      if (Part) return;
      let isShown = true;
      load().then(
        (module) => {
          Part = module.default;
          if (isShown) redraw();
        },
        () => {
          if (!isShown) return;
          close.current?.();
          tell();
        },
      );
      return () => {
        isShown = false;
      };
    }, []);
    return Part && <Part {...props} />;
  };
}
