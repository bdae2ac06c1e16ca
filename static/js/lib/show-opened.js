// What a click opens is brought into sight. On a phone the maps stand far below the headline: one that is opened from there begins at its headline.
import { prefersStill } from "./motion.js"
import { isPhone } from "./phone.js"

const OPEN = ".lab--map, .lab--fold"
const MARGIN = 16 // px above a linked map

export function showOpened(signal) {
  let tapped = false
  addEventListener("click", ({ target, detail }) => {
    // The keyboard, whose clicks have no count, stays at the tile that has the focus.
    tapped = Boolean(detail && target.closest?.(".tile, .block") && !document.querySelector(OPEN))
  }, { capture: true, signal })
  addEventListener("popstate", () => (tapped = false), { signal })
  document.addEventListener("htmx:after:swap", () => {
    const opened = document.querySelector(OPEN)
    if (!tapped || !opened) return
    tapped = false
    const headline = opened.querySelector("h1")
    if (opened.matches(".lab--live") || !isPhone() || headline.getBoundingClientRect().top >= 0) return
    headline.scrollIntoView({ block: "start", behavior: prefersStill() ? "instant" : "smooth" })
  }, { signal })
}

// The editor of a kernel opens above the kernels, partly below the window; it stays where it is while a weight is typed.
export function showEditor(signal) {
  let chosen = false
  addEventListener("click", ({ target }) => (chosen = Boolean(target.closest?.("a.kernel__picture"))), { capture: true, signal })
  addEventListener("popstate", () => (chosen = false), { signal })
  document.addEventListener("htmx:after:swap", () => {
    if (chosen) document.querySelector("#editor")?.scrollIntoView({ block: "nearest", behavior: prefersStill() ? "instant" : "smooth" })
    chosen = false
  }, { signal })
}

// A linked map stands below the tiles of its layer, out of sight. A fragment, and a place that the browser has kept, go first.
export function showLinked() {
  const map = document.querySelector(".lab--map:not(.lab--live) #map")
  const [navigation] = performance.getEntriesByType("navigation")
  if (!map || !isPhone() || location.hash || scrollY > 0 || navigation?.type !== "navigate") return
  const { top } = map.getBoundingClientRect()
  if (top > innerHeight / 2) scrollBy({ top: top - MARGIN, behavior: "instant" })
}
