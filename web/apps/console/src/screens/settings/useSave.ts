import { useState } from "react";
import { errorText } from "../../lib/errors";

/** Runs a change; keeps whether it is under way, what went wrong, and whether it was saved. */
export function useSave() {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isSaved, setIsSaved] = useState(false);
  const run = async (work: () => Promise<unknown>, explain = errorText): Promise<boolean> => {
    setIsBusy(true);
    setError(null);
    setIsSaved(false);
    try {
      await work();
      setIsSaved(true);
      return true;
    } catch (failure) {
      setError(explain(failure));
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  return { isBusy, error, isSaved, run, touch: () => setIsSaved(false) };
}
