// <tile-menu>: what else can be done with a map, by the key m or a long press on its tile. Its links are templates that the server wrote; which
// maps are muted is a field of the address.
const LONG_PRESS_MS = 550

export class TileMenu extends HTMLElement {
  #listeners
  #press
  #tile
  #long = false

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("keydown", this.#key, { signal })
    document.addEventListener("pointerdown", this.#down, { signal })
    for (const name of ["pointerup", "pointercancel", "pointermove", "scroll"]) document.addEventListener(name, this.#lift, { signal })
    document.addEventListener("click", this.#swallow, { capture: true, signal })
    document.addEventListener("contextmenu", (event) => this.#long && event.preventDefault(), { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
    clearTimeout(this.#press)
  }

  get #menu() {
    return this.querySelector("[popover]")
  }

  #key = (event) => {
    const tile = event.target.closest?.("a.tile")
    if (event.key === "m" && tile && !event.ctrlKey && !event.metaKey && !event.altKey) this.#open(tile)
    if (event.key === "Escape" && this.#menu.matches(":popover-open")) {
      event.preventDefault()
      this.#menu.hidePopover()
      this.#tile.focus()
    }
  }

  #down = (event) => {
    const tile = event.pointerType === "touch" && event.target.closest?.("a.tile")
    this.#long = false
    if (tile) this.#press = setTimeout(() => this.#open(tile, true), LONG_PRESS_MS)
  }

  #lift = () => clearTimeout(this.#press)

  // The finger that opened the menu does not choose the map under it as well.
  #swallow = (event) => {
    if (!this.#long || this.contains(event.target)) return
    this.#long = false
    event.preventDefault()
    event.stopPropagation()
  }

  #open(tile, long = false) {
    const place = tile.id.match(/^tile-([12])-(\d+)$/)
    if (!place) return
    this.#tile = tile
    this.#long = long
    this.#fill(place[1], place[2])
    const menu = this.#menu
    menu.showPopover()
    const { left, bottom } = tile.getBoundingClientRect()
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`
    menu.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - menu.offsetHeight - 8))}px`
    menu.querySelector("a:not([hidden])").focus()
  }

  #fill(layer, channel) {
    const title = this.querySelector(".tile-menu__title")
    title.textContent = title.dataset.words.replace("{layer}", layer).replace("{channel}", channel)
    this.querySelector(".tile-menu__range").textContent = this.#tile.querySelector(".tile__range")?.textContent ?? ""
    for (const link of this.querySelectorAll("a[data-to]")) {
      link.href = link.dataset.to.replace("/layers/2/", `/layers/${layer}/`).replace("channel", channel)
    }
    for (const link of this.querySelectorAll("a[data-hearing]")) {
      const address = hearing(link.dataset.hearing, channel)
      link.hidden = layer !== "1" || !address
      if (address) link.href = address
    }
  }
}

// The address of this page with a map muted, heard again, or heard alone; nothing where it is so already.
function hearing(what, channel) {
  const url = new URL(location.href)
  const muted = new Set(url.searchParams.get("mute")?.split(",").filter(Boolean))
  if (what === "mute" ? muted.has(channel) : what === "hear" ? !muted.has(channel) : url.searchParams.get("solo") === channel) return undefined
  if (what === "mute") muted.add(channel)
  else muted.delete(channel)
  if (what === "solo") muted.clear()
  url.searchParams.delete("solo")
  url.searchParams.delete("mute")
  url.searchParams.delete("sum")
  if (what === "solo") url.searchParams.set("solo", channel)
  if (muted.size) url.searchParams.set("mute", [...muted].sort((one, other) => one - other).join(","))
  return url.href
}
