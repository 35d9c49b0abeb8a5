import { useNavigate } from "@tanstack/react-router";
import { useKeys } from "../lib/keys";
import { stepPane } from "../lib/panes";
import { preferences } from "../lib/preferences";
import { openOverlay } from "../lib/ui-state";
import { viewAt } from "../lib/views";

/** Keys that work on every screen. */
export function useGlobalKeys(): void {
  const navigate = useNavigate();
  const goToView = (position: number) => [
    `alt+${position}`,
    (): void => {
      const view = viewAt(position);
      if (view) void navigate({ to: "/inbox/$view", params: { view } });
    },
  ];
  useKeys({
    "mod+k": () => openOverlay("palette"),
    "?": () => openOverlay("shortcuts"),
    "g i": () => void navigate({ to: "/inbox/$view", params: { view: "mine" } }),
    "g c": () => void navigate({ to: "/customers" }),
    "g s": () => void navigate({ to: "/settings" }),
    ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map(goToView)),
    F6: () => stepPane(1),
    "shift+F6": () => stepPane(-1),
    "[": () => preferences.set({ isRailWide: !preferences.get().isRailWide }),
    "]": () => preferences.set({ isPanelShown: !preferences.get().isPanelShown }),
    z: () => {
      const { isRailWide, isPanelShown } = preferences.get();
      const isFocused = !isRailWide && !isPanelShown;
      preferences.set({ isRailWide: isFocused, isPanelShown: isFocused });
    },
  });
}
