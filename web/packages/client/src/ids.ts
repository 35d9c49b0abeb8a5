const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A key of 22 random characters from `A-Za-z0-9_-`: for Idempotency-Key and client_id. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(22));
  let out = "";
  for (const byte of bytes) out += alphabet.charAt(byte & 63);
  return out;
}
