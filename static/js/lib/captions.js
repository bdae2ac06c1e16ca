// Escape takes away the caption of the tile that is pointed at or focused, until pointer and focus leave it (WCAG 1.4.13). What lies over the tiles closes first.
import { OPEN } from "./escape.js"

const OVER = `dialog[open], [popover]:popover-open, ${OPEN}, .busy__line:not([hidden])`

export function dismissCaptions(grid, signal) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(OVER)) return
    const shown = [...grid.querySelectorAll(":is(.tile:hover, .tile:focus-visible):not([data-quiet])")].filter(floats)
    if (!shown.length) return
    event.preventDefault()
    for (const tile of shown) tile.setAttribute("data-quiet", "")
  }, { capture: true, signal })
  for (const leaving of ["pointerout", "focusout"]) {
    grid.addEventListener(leaving, ({ target, relatedTarget }) => {
      const tile = target.closest?.(".tile")
      if (tile && !tile.contains(relatedTarget)) tile.removeAttribute("data-quiet")
    }, { signal })
  }
}

function floats(tile) {
  const caption = tile.querySelector(".tile__caption")
  return caption && getComputedStyle(caption).position === "absolute" && getComputedStyle(caption).display !== "none"
}
