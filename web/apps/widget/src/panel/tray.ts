import type { Upload } from "../core/upload";
import type { Attachment } from "../core/wire";

export interface Picked {
  key: number;
  file: File;
  preview: string | null;
  /** 0 to 1. */
  share: number;
  status: "uploading" | "done" | "failed";
  result: Attachment | null;
  cancel(): void;
}

export type Problem = "size" | "count" | null;
const MOST = 10;

/** Files on their way to the next message. They are uploaded at once, so that sending is quick. */
export class Tray {
  items: Picked[] = [];
  problem: Problem = null;
  private next_key = 0;

  constructor(
    private readonly begin: (file: File, progress: (share: number) => void) => Upload,
    private readonly changed: () => void,
  ) {}

  get is_busy(): boolean {
    return this.items.some((item) => item.status !== "done");
  }

  add(files: Iterable<File>, max_bytes: number): void {
    this.problem = null;
    for (const file of files) {
      if (file.size > max_bytes) this.problem = "size";
      else if (this.items.length >= MOST) this.problem = "count";
      else this.start(file);
    }
    this.changed();
  }

  retry(key: number): void {
    const item = this.items.find((picked) => picked.key === key);
    if (!item) return;
    this.remove(key);
    this.start(item.file);
    this.changed();
  }

  remove(key: number): void {
    const item = this.items.find((picked) => picked.key === key);
    item?.cancel();
    if (item?.preview) URL.revokeObjectURL(item.preview);
    this.items = this.items.filter((picked) => picked.key !== key);
    this.changed();
  }

  /** Hands over what is uploaded and starts empty. */
  take(): Attachment[] {
    const results = this.items.map((item) => item.result).filter((result) => result !== null);
    for (const item of this.items) if (item.preview) URL.revokeObjectURL(item.preview);
    this.items = [];
    this.problem = null;
    return results;
  }

  private start(file: File): void {
    const key = this.next_key++;
    const patch = (values: Partial<Picked>) => {
      this.items = this.items.map((item) => (item.key === key ? { ...item, ...values } : item));
      this.changed();
    };
    const { done, cancel } = this.begin(file, (share) => patch({ share }));
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    this.items = [...this.items, { key, file, preview, share: 0, status: "uploading", result: null, cancel }];
    void done.then((result) => patch({ result, status: result ? "done" : "failed" }));
  }
}
