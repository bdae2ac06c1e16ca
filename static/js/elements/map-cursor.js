// <map-cursor>: one cross-hair on every picture inside, where the pointer or the arrow keys are; choosing a pixel of a large map pins it.
// It places lines and reads values that the server computed; nothing is asked for but the values of the map that the pointer rests on.
import { addressOf, clamp, layOut, littleEndian, middle, placeAt, planeOf, shortest } from "../lib/planes.js"
import { fill, words } from "../lib/words.js"

const REST_MS = 120
const PIN_MS = 300
const MAPS_KEPT = 20
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }
const values = new Map()

export class MapCursor extends HTMLElement {
  #listeners
  #frame
  #rest
  #pinning
  #shown

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("pointermove", this.#follow, { signal })
    this.addEventListener("pointerdown", this.#touch, { signal })
    this.addEventListener("pointerleave", () => this.#leave(), { signal })
    this.addEventListener("click", this.#choose, { signal })
    this.addEventListener("keydown", this.#walk, { signal })
    this.addEventListener("focusout", () => this.#leave(), { signal })
    this.addEventListener("sum:step", this.#sum, { signal })
    document.addEventListener("htmx:after:swap", () => this.#swapped(), { signal })
    addEventListener("resize", () => this.#resized(), { signal })
    this.#swapped()
  }

  disconnectedCallback() {
    this.#listeners.abort()
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    clearTimeout(this.#pinning)
  }

  get #readout() {
    return this.querySelector(":scope > .cursor")
  }

  // The pin is what the form says, on the map that can be pinned, once a pixel is pinned.
  get #pin() {
    const surface = this.querySelector("[data-pins]")
    if (!surface || !this.querySelector("#pixel")) return undefined
    return { surface, row: Number(this.#field("row").defaultValue), col: Number(this.#field("col").defaultValue) }
  }

  #field(name) {
    return this.querySelector(`input[form="pin"][name="${name}"]`)
  }

  #swapped() {
    clearTimeout(this.#pinning)
    const pin = this.#pin
    for (const name of ["row", "col"]) if (this.#field(name)) this.#field(name).value = this.#field(name).defaultValue
    if (this.#shown && !this.#shown.surface.isConnected) this.#shown = undefined
    const keyed = document.activeElement?.matches("[data-pins]") && pin
    if (keyed) this.#show(pin)
    else if (this.#shown) this.#draw(this.#shown)
    else this.#leave()
  }

  #resized() {
    for (const grid of this.querySelectorAll(".grid[data-plane]")) grid.style.removeProperty("--lines")
    if (this.#shown) this.#draw(this.#shown)
    else this.#leave()
  }

  #follow = (event) => {
    const place = placeAt(event)
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => (place ? this.#show(place) : this.#leave()))
  }

  #touch = (event) => {
    const place = placeAt(event)
    if (place) this.#show(place)
  }

  #leave() {
    this.#shown = undefined
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    this.#readout.hidden = true
    const pin = this.#pin
    if (pin) this.#draw(pin)
    else for (const surface of this.querySelectorAll("[data-cursor]")) surface.removeAttribute("data-cursor")
  }

  #show(place) {
    this.#shown = place
    this.#draw(place)
    this.#readout.setAttribute("aria-live", place.keyed ? "polite" : "off")
    this.#say(place)
  }

  // The same point of the image on every picture: each knows where its pixels lie in the image.
  #draw({ surface, row, col }) {
    const { step, first } = planeOf(surface)
    const y = first[0] + step[0] * row
    const x = first[1] + step[1] * col
    for (const other of this.querySelectorAll("[data-plane]")) {
      const plane = planeOf(other)
      const { style } = other
      const rows = Math.round((y - plane.first[0]) / plane.step[0])
      const cols = Math.round((x - plane.first[1]) / plane.step[1])
      const inside = rows >= 0 && rows < Math.floor(plane.size[0]) && cols >= 0 && cols < Math.floor(plane.size[1])
      other.toggleAttribute("data-cursor", inside)
      if (other.matches(".grid") && !style.getPropertyValue("--lines")) layOut(other)
      style.setProperty("--cursor-row", (rows + 0.5) / plane.size[0])
      style.setProperty("--cursor-col", (cols + 0.5) / plane.size[1])
    }
  }

  #say(place) {
    clearTimeout(this.#rest)
    this.#write(place)
    const address = addressOf(place)
    if (address && !values.has(address)) this.#rest = setTimeout(() => this.#fetch(address), REST_MS)
  }

  #write(place) {
    const { surface, channel, row, col } = place
    const known = values.get(addressOf(place))
    const value = known instanceof Float32Array ? shortest(known[row * Math.floor(planeOf(surface).size[1]) + col]) : undefined
    const name = fill(surface.dataset.name, { channel })
    if (value === undefined) this.#readout.textContent = words("cursor", { name, row, column: col })
    else if (this.#isFinished(surface)) this.#readout.textContent = words("cursor_value", { name, row, column: col, value })
    else this.#readout.textContent = words("cursor_finished", { name, row, column: col, value })
    this.#readout.hidden = false
  }

  // The values are those of the map: a step of its sum has others.
  #isFinished(surface) {
    const slider = this.querySelector(".sum__slider")
    return !surface.matches("#sum-picture") || slider.value === slider.max
  }

  async #fetch(address) {
    values.set(address, "coming")
    try {
      const answer = await fetch(address)
      if (!answer.ok) throw new Error(answer.status)
      values.set(address, littleEndian(await answer.arrayBuffer()))
    } catch {
      values.delete(address)
    }
    for (const old of [...values.keys()].slice(0, -MAPS_KEPT)) values.delete(old)
    if (this.#shown && addressOf(this.#shown) === address) this.#write(this.#shown)
  }

  // What was read is what is pinned: a click's own place has lost its fractions.
  #choose = (event) => {
    const surface = event.target.closest("[data-pins]")
    if (surface) this.#keep(this.#shown?.surface === surface ? this.#shown : placeAt(event))
  }

  #walk = (event) => {
    const surface = event.target.closest("[data-pins]")
    if (!surface || event.ctrlKey || event.metaKey || event.altKey) return
    const here = this.#shown?.surface === surface ? this.#shown : (this.#pin ?? middle(surface))
    if (event.key === "Enter") this.#keep(here)
    const way = KEYS[event.key]
    if (!way && event.key !== "Enter") return
    event.preventDefault()
    if (way) this.#step(here, way, event.shiftKey ? 10 : 1)
  }

  #step({ surface, row, col }, [down, right], by) {
    const [height, width] = planeOf(surface).size
    const place = { surface, row: clamp(row + down * by, height), col: clamp(col + right * by, width), keyed: true }
    this.#show(place)
    clearTimeout(this.#pinning)
    if (this.#pin) this.#pinning = setTimeout(() => this.#keep(place), PIN_MS)
  }

  #keep({ row, col }) {
    clearTimeout(this.#pinning)
    this.#field("row").value = row
    this.#field("col").value = col
    const { form } = this.#field("row")
    form.requestSubmit(this.querySelector('button[form="pin"]'))
  }

  #sum = ({ detail: { step } }) => {
    if (this.#shown) this.#write(this.#shown)
    const sum = this.querySelectorAll(".pin__sums li")[step]
    if (sum) this.querySelector(".pin__sum").textContent = sum.textContent
  }
}
