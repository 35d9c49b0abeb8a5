import type { Attachment } from "../core/wire";
import type { Format } from "./format";
import { Icon } from "./icons";
import { linked } from "./parts";
import type { Bubble } from "./rows";

function File({ file, base, format }: { file: Attachment; base: string; format: Format }) {
  const url = new URL(file.url, base);
  // The address comes from the network; only the desk's own kind of link may be followed.
  if (!/^https?:$/.test(url.protocol)) return null;
  const is_image = file.width !== null && file.height !== null && file.content_type.startsWith("image/");
  return (
    <a class={is_image ? "photo" : "file"} href={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {is_image ? (
        <img src={url.href} alt={file.name} width={file.width ?? 0} height={file.height ?? 0} loading="lazy" />
      ) : (
        <>
          <Icon name="clip" small />
          <span title={file.name}>{file.name}</span>
          <small>{format.size(file.size)}</small>
        </>
      )}
      <span class="sr">{format.words.newWindow}</span>
    </a>
  );
}

function Meta({ row, format, is_offline, onRetry }: Omit<Props, "base">) {
  const { words } = format;
  const time = format.time(row.at);
  const moment = <time dateTime={new Date(row.at).toISOString()}>{time}</time>;
  switch (row.delivery) {
    case null:
      return (
        <p class="meta">
          {row.name} {moment}
        </p>
      );
    case "failed":
      return (
        <p class="meta mine is-failed">
          <Icon name="alert" small />
          {words.failed}
          <button type="button" data-testid="message-retry" onClick={() => onRetry(row.client_id ?? "")}>
            {words.retry}
          </button>
        </p>
      );
    case "sending":
      return (
        <p class="meta mine">
          <Icon name="clock" small />
          {is_offline ? words.waiting : words.sending}
        </p>
      );
    default:
      return (
        <p class="meta mine">
          {moment}
          <Icon name={row.delivery === "sent" ? "check" : "checks"} small />
          {words[row.delivery]}
        </p>
      );
  }
}

interface Props {
  row: Bubble;
  base: string;
  format: Format;
  is_offline: boolean;
  onRetry(client_id: string): void;
}

export function MessageBubble({ row, base, format, is_offline, onRetry }: Props) {
  const is_mine = row.author === "customer";
  return (
    <div
      class={`msg ${is_mine ? "me" : "them"} ${row.is_last ? "is-last" : ""}`}
      data-testid="message"
      data-message-id={row.id ?? undefined}
      data-client-id={row.client_id ?? undefined}
      data-author={row.author}
      data-delivery={row.delivery ?? undefined}
    >
      {row.text && (
        <p class="words">
          <span class="sr">{row.name}: </span>
          {linked(row.text, format.words.newWindow)}
        </p>
      )}
      {row.attachments.map((file) => (
        <File key={file.id} file={file} base={base} format={format} />
      ))}
      {row.is_last && <Meta row={row} format={format} is_offline={is_offline} onRetry={onRetry} />}
    </div>
  );
}
