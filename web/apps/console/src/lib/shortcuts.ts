/** The keys of the cheat sheet and of the settings page: [keys, what they do]. */
export const shortcuts: readonly { group: string; keys: readonly [string, string][] }[] = [
  {
    group: "anywhere",
    keys: [
      ["Ctrl K", "palette"],
      ["/", "search"],
      ["G I", "go_inbox"],
      ["G C", "go_customers"],
      ["G S", "go_settings"],
      ["Alt 1…9", "go_view"],
      ["F6", "next_pane"],
      ["⇧ F6", "previous_pane"],
      ["[", "rail"],
      ["]", "panel"],
      ["Z", "focus"],
      ["?", "sheet"],
    ],
  },
  {
    group: "list",
    keys: [
      ["J", "next"],
      ["K", "previous"],
      ["↵", "open"],
      ["Esc", "back"],
    ],
  },
  {
    group: "conversation",
    keys: [
      ["R", "reply"],
      ["N", "note"],
      ["A", "assign"],
      ["I", "assign_me"],
      ["P", "priority"],
      ["T", "tag"],
      ["U", "unread"],
      ["E", "close"],
    ],
  },
  {
    group: "composer",
    keys: [
      ["Ctrl ↵", "send"],
      ["Ctrl ⇧ ↵", "send_close"],
      ["Esc", "leave"],
    ],
  },
];
