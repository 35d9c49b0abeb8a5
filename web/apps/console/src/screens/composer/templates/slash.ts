const SLASH = /^\s*\/([^/\n]{0,40})$/;

/** What stands after a slash that begins the line up to the caret; null when none does. */
export function slashQuery(lineToCaret: string): string | null {
  return SLASH.exec(lineToCaret)?.[1] ?? null;
}
