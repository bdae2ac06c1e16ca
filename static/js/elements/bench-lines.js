// <bench-lines>: draws the lines of the closed bench, from every map into a filter and out of it to its map. How wide a line is and which colour
// it has came with the page; this only places lines between what stands on the stage.
import { closeOnEscape } from "../lib/escape.js"
import { prefersStill } from "../lib/motion.js"
import { returnFocus } from "../lib/return-focus.js"
import { showEditor, showOpened } from "../lib/show-opened.js"
import { followSkips } from "../lib/skip.js"
import { sayChanges } from "../lib/status.js"
import { fill } from "../lib/words.js"

const DRAWN_MS = 2000
const BEND = 0.55

export class BenchLines extends HTMLElement {
  #listeners
  #sizes
  #shown
  #tapped

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("pointerover", ({ target }) => this.#preview(target), { signal })
    this.addEventListener("pointerleave", () => this.#preview(this.#chosen), { signal })
    this.addEventListener("focusin", ({ target }) => this.#preview(target), { signal })
    this.addEventListener("click", this.#touch, { capture: true, signal })
    document.addEventListener("htmx:after:swap", this.#swapped, { signal })
    closeOnEscape(this, signal)
    followSkips(this, signal)
    returnFocus(signal)
    showOpened(signal)
    showEditor(signal)
    sayChanges(this, signal)
    this.#sizes = new ResizeObserver(() => this.#draw(this.#shown ?? this.#chosen))
    this.#sizes.observe(this)
    this.#draw(this.#chosen)
    if (location.pathname.split("/").at(-1) === "" && !prefersStill()) this.#drawSlowly()
  }

  disconnectedCallback() {
    this.#listeners.abort()
    this.#sizes.disconnect()
  }

  get #svg() {
    return this.querySelector(".lines")
  }

  get #block() {
    return this.querySelector(".block")
  }

  // The filter that the server showed is the one whose fold the block leads to.
  get #chosen() {
    const channel = this.#block?.getAttribute("href").match(/maps\/(\d+)/)?.[1]
    return channel && this.querySelector(`#tile-2-${channel}`)
  }

  #swapped = () => {
    this.#shown = undefined
    this.#forget()
    this.#draw(this.#chosen)
  }

  #preview(target) {
    const tile = target?.closest?.(".tile")
    if (!tile || !this.#block || tile === this.#shown) return
    this.#shown = tile
    this.#draw(tile)
  }

  // A finger cannot point: its first tap shows the lines, where there are any, and the second opens the map.
  #touch = (event) => {
    const tile = event.pointerType === "touch" && event.target.closest(".tile")
    if (!tile || !this.#block?.checkVisibility() || tile === this.#tapped) return
    this.#offer(tile)
    this.#preview(tile)
    event.preventDefault()
    event.stopPropagation()
  }

  // The tile that was tapped tells its range, and that it opens.
  #offer(tile) {
    this.#forget()
    this.#tapped = tile
    tile.setAttribute("data-tapped", "")
    const open = Object.assign(document.createElement("span"), { className: "tile__open", textContent: this.dataset.open })
    tile.querySelector(".tile__caption").append(open)
  }

  #forget() {
    this.#tapped?.removeAttribute("data-tapped")
    this.#tapped?.querySelector(".tile__open")?.remove()
    this.#tapped = undefined
  }

  #draw(tile) {
    if (!tile || !this.#block || !this.#svg.checkVisibility()) return
    if (tile.dataset.lines) this.#drawFilter(tile)
    else if (tile.id.startsWith("tile-1-")) this.#drawMap(tile)
  }

  // Into one filter: a line from every map, and one out to the map that it makes.
  #drawFilter(tile) {
    const number = Number(tile.id.match(/\d+$/)[0])
    this.#showFilter(number)
    this.#mark(tile)
    const block = this.#box(this.#block)
    const flows = tile.dataset.lines.split(" ")
    const paths = flows.map((flow, index) => {
      const from = this.#startOf(index)
      const to = { x: block.left, y: block.top + ((index + 0.5) / flows.length) * block.height }
      return from && line(curve(from, to), flow)
    })
    this.#svg.querySelector(".lines__in").replaceChildren(...paths.filter(Boolean))
    this.#svg.querySelector(".lines__out").setAttribute("d", this.#wayOut(block, this.#box(tile)))
  }

  // From one map: a line to every map that hears it.
  #drawMap(tile) {
    const index = Number(tile.id.match(/\d+$/)[0])
    const from = this.#startOf(index)
    const paths = [...this.querySelectorAll("[data-lines]")].map((other) => {
      const end = { x: this.#edge("#maps-2 .grid").left, y: this.#heightOf(other) }
      return line(curve(from, end), other.dataset.lines.split(" ")[index])
    })
    this.#mark()
    this.querySelector("#bench-title").textContent = fill(this.#block.dataset.mapTitle, { map: index })
    this.#svg.querySelector(".lines__in").replaceChildren(...paths)
    this.#svg.querySelector(".lines__out").removeAttribute("d")
  }

  // The map that the lines lead to.
  #mark(tile) {
    for (const other of this.querySelectorAll("[data-flow]")) other.removeAttribute("data-flow")
    tile?.setAttribute("data-flow", "")
  }

  #showFilter(number) {
    const block = this.#block
    block.querySelector("svg").setAttribute("viewBox", block.dataset.filters.split(";")[number])
    block.querySelector(".block__number").textContent = number
    block.setAttribute("href", this.querySelector(`#tile-2-${number}`).getAttribute("href"))
    this.querySelector("#bench-title").textContent = fill(block.dataset.title, { filter: number })
  }

  #startOf(index) {
    const tile = this.querySelector(`#tile-1-${index}`)
    if (!tile) return undefined
    return { x: this.#edge("#maps-1 .grid").right + 2, y: this.#heightOf(tile) }
  }

  // The tiles of a row have their lines one below the other.
  #heightOf(tile) {
    const { top, height } = this.#box(tile)
    const columns = getComputedStyle(tile.parentElement).gridTemplateColumns.split(" ").length
    const index = Number(tile.id.match(/\d+$/)[0])
    return top + (height * ((index % columns) + 0.5)) / columns
  }

  // Through the gutter above the map's row, then down into the map.
  #wayOut(block, tile) {
    const from = { x: block.right, y: block.top + block.height * 0.45 }
    const gutter = { x: this.#edge("#maps-2 .grid").left - 4, y: tile.top - 1.5 }
    return `${curve(from, gutter)}H${tile.left + tile.width / 2}v2`
  }

  #edge(selector) {
    return this.#box(this.querySelector(selector))
  }

  #box(element) {
    const room = this.#svg.getBoundingClientRect()
    const { left, right, top, width, height } = element.getBoundingClientRect()
    return { left: left - room.left, right: right - room.left, top: top - room.top, width, height }
  }

  #drawSlowly() {
    const paths = [...this.querySelectorAll(".lines path")]
    paths.forEach((path, index) => {
      const length = path.getTotalLength()
      const delay = (index / paths.length) * DRAWN_MS * 0.6
      path.animate(
        [{ strokeDasharray: `${length}`, strokeDashoffset: length }, { strokeDasharray: `${length}`, strokeDashoffset: 0 }],
        { duration: DRAWN_MS * 0.4, delay, fill: "backwards", easing: "ease-out" },
      )
    })
  }
}

function curve(from, to) {
  const bend = (to.x - from.x) * BEND
  return `M${round(from.x)},${round(from.y)}C${round(from.x + bend)},${round(from.y)} ${round(to.x - bend / 2)},${round(to.y)} ${round(to.x)},${round(to.y)}`
}

function line(d, flow) {
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", d)
  path.setAttribute("stroke-width", flow.slice(0, -1))
  path.dataset.sign = flow.at(-1)
  return path
}

function round(value) {
  return Math.round(10 * value) / 10
}
