import type { Format } from "./format";
import { Icon } from "./icons";
import type { Picked, Tray } from "./tray";

function PickedFile({ item, tray, format }: { item: Picked; tray: Tray; format: Format }) {
  const { words } = format;
  const { name, size } = item.file;
  return (
    <li data-testid="upload" data-status={item.status}>
      {item.preview ? <img src={item.preview} alt="" /> : <Icon name="clip" />}
      <span class="grow">
        <strong title={name}>{name}</strong>
        {item.status === "uploading" && <progress value={item.share} aria-label={words.uploading(name)} />}
        {item.status === "done" && <small>{format.size(size)}</small>}
        {item.status === "failed" && (
          <small class="error">
            {words.uploadFailed}{" "}
            <button type="button" onClick={() => tray.retry(item.key)}>
              {words.retry}
            </button>
          </small>
        )}
      </span>
      <button class="icon" type="button" aria-label={words.remove(name)} onClick={() => tray.remove(item.key)}>
        <Icon name="x" small />
      </button>
    </li>
  );
}

export function Files({ tray, format, max_bytes }: { tray: Tray; format: Format; max_bytes: number }) {
  const { words } = format;
  return (
    <>
      {tray.problem && (
        <p class="error" role="alert" data-testid="upload-error">
          {tray.problem === "size" ? words.tooLarge(format.size(max_bytes)) : words.tooMany}
        </p>
      )}
      {tray.items.length > 0 && (
        <ul class="files">
          {tray.items.map((item) => (
            <PickedFile key={item.key} item={item} tray={tray} format={format} />
          ))}
        </ul>
      )}
    </>
  );
}
