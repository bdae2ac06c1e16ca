// Whether the reader asked for pictures that do not move by themselves.
export function prefersStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches
}
