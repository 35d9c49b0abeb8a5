import css from "./Dots.module.css";

/** Somebody is typing. */
export function Dots() {
  return (
    <i className={css.dots} aria-hidden="true">
      <i />
      <i />
      <i />
    </i>
  );
}
