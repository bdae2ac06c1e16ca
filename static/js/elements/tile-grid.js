// <tile-grid>: arrow keys, Home and End move between the tiles of a grid; Tab enters it once, at the tile that stands open.
import { dismissCaptions } from "../lib/captions.js"

const KEYS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]

export class TileGrid extends HTMLElement {
  #listeners
  #watcher

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("keydown", this.#move, { signal })
    this.addEventListener("focusin", (event) => this.#enterAt(event.target.closest("a")), { signal })
    dismissCaptions(this, signal)
    this.#watcher = new MutationObserver(() => this.#enterAt())
    this.#watcher.observe(this, { childList: true, subtree: true, attributeFilter: ["aria-current", "tabindex"] })
    this.#enterAt()
  }

  disconnectedCallback() {
    this.#listeners.abort()
    this.#watcher.disconnect()
  }

  get #tiles() {
    return [...this.querySelectorAll("a")]
  }

  get #columns() {
    return getComputedStyle(this.querySelector("ol, ul") ?? this).gridTemplateColumns.split(" ").length
  }

  #enterAt(tile) {
    const entry = tile ?? this.querySelector("a:focus") ?? this.querySelector("a[aria-current]") ?? this.querySelector("a")
    for (const other of this.#tiles) {
      const wanted = other === entry ? "0" : "-1"
      if (other.getAttribute("tabindex") !== wanted) other.setAttribute("tabindex", wanted) // morphing takes away what the server did not send
    }
  }

  #move = (event) => {
    if (!KEYS.includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return
    const tiles = this.#tiles
    const here = tiles.indexOf(event.target.closest("a"))
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns, Home: -here, End: tiles.length - 1 - here }
    event.preventDefault()
    tiles[here + steps[event.key]]?.focus()
  }
}
