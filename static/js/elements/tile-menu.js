// <tile-menu>: what else can be done with a map, by the key m, a long press on its tile, or the button at the tile that is pointed at, touched or
// focused. Its links are templates that the server wrote; which maps are muted is a field of the address.
import { fill } from "../lib/words.js"

const LONG_PRESS_MS = 450 // a browser has a menu of its own for a link after 500
const TREMBLE = 10 // pixels that a finger moves while it rests
const BUTTON = 24
const CORNER = 4 // pixels from the corner, inside the tile
const ROOM = 36 // a tile that is smaller is not half covered because a mouse passes over it
const FINGERS = matchMedia("(hover: none)")

export class TileMenu extends HTMLElement {
  #listeners
  #press
  #from
  #tile
  #offered
  #long = false

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("keydown", this.#key, { capture: true, signal }) // Escape closes the menu before what is below it
    document.addEventListener("pointerdown", this.#down, { signal })
    for (const name of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(name, this.#lift, { signal })
    document.addEventListener("pointermove", this.#move, { signal })
    document.addEventListener("click", this.#swallow, { capture: true, signal })
    for (const name of ["contextmenu", "mousedown"]) document.addEventListener(name, (event) => this.#long && event.preventDefault(), { signal })
    document.addEventListener("pointerover", this.#point, { signal })
    document.addEventListener("focusin", ({ target }) => this.#offer(target.closest("a.tile")), { signal })
    document.addEventListener("scroll", () => this.#offer(this.#offered), { capture: true, passive: true, signal })
    document.addEventListener("htmx:after:swap", this.#offerOpen, { signal })
    this.addEventListener("click", this.#chose, { signal })
    this.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !this.contains(relatedTarget) && this.#menu.hidePopover(), { signal })
    this.#offerOpen()
  }

  disconnectedCallback() {
    this.#listeners.abort()
    clearTimeout(this.#press)
  }

  get #menu() {
    return this.querySelector("[popover]")
  }

  get #button() {
    return this.querySelector(".tile-menu__open")
  }

  #key = (event) => {
    const tile = event.target.closest?.("a.tile")
    if (event.key === "m" && tile && !event.ctrlKey && !event.metaKey && !event.altKey) this.#open(tile)
    if (event.key === "Escape" && this.#menu.matches(":popover-open")) {
      event.preventDefault()
      this.#close()
    }
  }

  // The menu would dismiss itself under the finger whose long press opened it, so it closes here, at the next press elsewhere.
  #down = (event) => {
    if (!this.contains(event.target)) this.#menu.hidePopover()
    const tile = event.pointerType === "touch" && event.target.closest?.("a.tile")
    this.#long = false
    this.#from = event
    if (tile) this.#press = setTimeout(() => this.#open(tile, true), LONG_PRESS_MS)
  }

  #lift = () => clearTimeout(this.#press)

  #move = ({ clientX, clientY }) => {
    if (this.#from && Math.hypot(clientX - this.#from.clientX, clientY - this.#from.clientY) > TREMBLE) this.#lift()
  }

  // The finger that opened the menu chooses neither the map nor the link under it; a key, which has no detail, does.
  #swallow = (event) => {
    if (!this.#long || !event.detail) return
    this.#long = false
    event.preventDefault()
    event.stopPropagation()
  }

  #point = (event) => {
    if (this.contains(event.target)) return
    const tile = event.target.closest("a.tile")
    this.#offer(event.pointerType === "mouse" && tile?.clientWidth < ROOM ? undefined : tile)
  }

  // A finger cannot point, so the map that stands open has its button.
  #offerOpen = () => {
    if (FINGERS.matches) this.#offer(document.querySelector("a.tile[aria-current]"))
  }

  // The button stands in the upper corner of the tile, as far as it is in sight, and covers at most half of its side.
  #offer(tile) {
    const place = tile?.isConnected && tile.checkVisibility({ visibilityProperty: true }) ? placeOf(tile) : undefined
    const button = this.#button
    if (this.contains(document.activeElement)) return
    this.#offered = place && tile
    button.hidden = !place
    if (!place) return
    this.#tile = tile
    const { left, right, top, width, height } = tile.getBoundingClientRect()
    const seen = tile.parentElement.getBoundingClientRect()
    button.hidden = right > seen.right + 2 || left < seen.left - 2 || this.#covered(tile, right - CORNER, top + CORNER)
    button.style.left = `${Math.min(right - Math.min(BUTTON, width / 2), innerWidth - BUTTON)}px`
    button.style.top = `${top - BUTTON + Math.min(BUTTON, height / 2)}px`
    button.setAttribute("aria-label", fill(button.dataset.words, place))
  }

  // A panel, or the sum that stays in sight on a phone, lies over what is behind it.
  #covered(tile, x, y) {
    const first = document.elementsFromPoint(x, y).find((one) => !this.contains(one))
    return Boolean(first) && !tile.parentElement.contains(first)
  }

  #chose = (event) => {
    if (event.target.closest(".tile-menu__open")) this.#open(this.#tile)
    if (event.target.closest("a") && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.#close()
  }

  #close() {
    this.#menu.hidePopover()
    this.#tile.focus()
  }

  #open(tile, long = false) {
    const place = placeOf(tile)
    if (!place) return
    this.#tile = tile
    this.#long = long
    this.#fill(place)
    const menu = this.#menu
    if (!menu.matches(":popover-open")) menu.showPopover()
    const { left, top, bottom } = tile.getBoundingClientRect()
    const below = bottom + 4 + menu.offsetHeight <= innerHeight
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`
    menu.style.top = `${Math.max(8, below ? bottom + 4 : top - menu.offsetHeight - 4)}px`
    menu.querySelector("a:not([hidden])").focus()
  }

  #fill(place) {
    const title = this.querySelector(".tile-menu__title")
    title.textContent = fill(title.dataset.words, place)
    this.querySelector(".tile-menu__range").textContent = this.#tile.querySelector(".tile__range")?.textContent ?? ""
    for (const link of this.querySelectorAll("a[data-to]")) {
      link.href = link.dataset.to.replace("/layers/2/", `/layers/${place.layer}/`).replace("channel", place.channel)
    }
    for (const link of this.querySelectorAll("a[data-hearing]")) {
      const address = place.layer === "1" && this.#hearing(link.dataset.hearing, place.channel)
      link.hidden = !address
      if (address) link.href = address
    }
  }

  // The address of this view with a map muted, unmuted, or heard alone; nothing where it is so already, or where no map would be left.
  #hearing(what, channel) {
    const { field, channels, count } = this.dataset
    const listed = new Set(channels.split(",").filter(Boolean))
    const muted = listed.has(channel) === (field === "mute")
    const alone = field === "solo" ? listed.size === 1 && !muted : count === "1"
    if (what === "solo") return alone ? undefined : this.#with("solo", [channel])
    if ((what === "mute") === muted) return undefined
    if (!listed.delete(channel)) listed.add(channel)
    const heard = field === "mute" ? count - listed.size : listed.size
    return heard ? this.#with(field, heard === Number(count) ? [] : [...listed]) : undefined
  }

  #with(field, channels) {
    const address = new URL(this.dataset.all, location)
    if (channels.length) address.searchParams.set(field, channels.sort((one, other) => one - other))
    return address.href.replaceAll("%2C", ",")
  }
}

function placeOf(tile) {
  return tile?.id.match(/^tile-(?<layer>[12])-(?<channel>\d+)$/)?.groups
}
