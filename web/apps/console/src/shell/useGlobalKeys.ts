import { useNavigate } from "@tanstack/react-router";
import { useKeys } from "../lib/keys";
import { preferences } from "../lib/preferences";
import { openOverlay } from "../lib/ui-state";

/** Keys that work on every screen. */
export function useGlobalKeys(): void {
  const navigate = useNavigate();
  useKeys({
    "mod+k": () => openOverlay("palette"),
    "?": () => openOverlay("shortcuts"),
    "g i": () => void navigate({ to: "/inbox/$view", params: { view: "mine" } }),
    "g c": () => void navigate({ to: "/customers" }),
    "g s": () => void navigate({ to: "/settings" }),
    "[": () => preferences.set({ isRailWide: !preferences.get().isRailWide }),
    "]": () => preferences.set({ isPanelShown: !preferences.get().isPanelShown }),
    z: () => {
      const { isRailWide, isPanelShown } = preferences.get();
      const isFocused = !isRailWide && !isPanelShown;
      preferences.set({ isRailWide: isFocused, isPanelShown: isFocused });
    },
  });
}
