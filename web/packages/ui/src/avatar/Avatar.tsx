import type { ReactNode } from "react";
import { cx } from "../cx";
import { Icon } from "../icon/Icon";
import css from "./Avatar.module.css";
import { initialsOf } from "./initials";

export type PresenceState = "online" | "away" | "offline";

interface AvatarProps {
  id: number;
  name: string;
  size?: "xs" | "sm" | "md" | "row" | "lg";
  presence?: PresenceState | undefined;
  children?: ReactNode;
}

/** A person without a photo. The colour comes from the id, so that it never changes. */
export function Avatar({ id, name, size = "md", presence, children }: AvatarProps) {
  return (
    <span className={cx(css.avatar, css[`p${(Math.abs(id) % 6) + 1}`], size !== "md" && css[size])} aria-hidden="true">
      {initialsOf(name)}
      {presence && <i className={cx(css.presence, css[presence])} />}
      {children}
    </span>
  );
}

export function Presence({ state }: { state: PresenceState }) {
  return <i className={cx(css.presence, css[state])} aria-hidden="true" />;
}

export function ChannelMark({ channel = "chat" }: { channel?: string }) {
  return (
    <span className={cx(css.channel, channel === "email" && css.email)}>
      <Icon name={channel === "email" ? "mail" : "chat"} />
    </span>
  );
}
