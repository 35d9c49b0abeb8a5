import { isBlankText } from "../../mail/html-text";

/** What to do with what is on the clipboard. `editor`: it knows by itself. */
export type Paste = { kind: "files"; files: File[] } | { kind: "html"; html: string } | { kind: "editor" };

type Clipboard = Pick<DataTransfer, "types" | "getData"> & { files: Iterable<File> };

/**
 * Browsers put a picture that is copied on the clipboard twice: as a file, and as HTML that shows the file of a foreign address, which
 * would not be let in. Office programs bring a picture, too, of what they also bring as text: then the text is what is meant.
 */
export function pasteOf({ types, files, getData }: Clipboard): Paste {
  const found = [...files];
  if (found.length === 0) return { kind: "editor" };
  if (!types.includes("text/html")) return { kind: "files", files: found };
  const html = getData("text/html");
  const pictures = found.filter(({ type }) => type.startsWith("image/"));
  if (pictures.length > 0 && isBlankText(html)) return { kind: "files", files: pictures };
  // Beside a picture the editor believes HTML only together with its plain or its RTF form.
  return isBlankText(html) ? { kind: "editor" } : { kind: "html", html };
}
