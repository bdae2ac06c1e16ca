// <wall-board>: lets pointer and arrow keys point at one picture of the wall, and open it. What is pointed at is named, with its mean.
import { marked } from "../lib/numbers.js"
import { sayMore } from "../lib/say-more.js"
import { words } from "../lib/words.js"

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-Infinity, 0], End: [Infinity, 0] }

export class WallBoard extends HTMLElement {
  #listeners
  #means
  #watcher
  #place
  #thrownOut = false

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#watcher = new MutationObserver(() => this.hasAttribute("tabindex") || this.#equip())
    this.#watcher.observe(this, { attributeFilter: ["tabindex"] })
    this.#equip()
    this.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.#show(this.#at(event)), { signal })
    this.addEventListener("pointerleave", () => this.#leave(), { signal })
    this.addEventListener("blur", this.#blur, { signal })
    this.addEventListener("focus", () => this.matches(":focus-visible") && this.#show(this.#place ?? this.#chosen), { signal })
    this.addEventListener("keydown", this.#key, { signal })
    this.addEventListener("click", (event) => this.#open(this.#at(event)), { signal })
    sayMore(this.closest(".wall__scroll"), signal)
  }

  disconnectedCallback() {
    this.#listeners.abort()
    this.#watcher.disconnect()
  }

  // A wall of few columns stands in bands, each with a board of its own.
  get #first() {
    return Number(this.dataset.first)
  }

  get #chosen() {
    return this.#within(["column", "row"].map((name) => Number(document.getElementById(`wall-${name}`).value)))
  }

  // Only with a script can the board be entered. Morphing takes away what the server did not send.
  #equip() {
    this.tabIndex = 0
    this.setAttribute("role", "application")
    this.setAttribute("aria-label", words("wall_board"))
    this.setAttribute("aria-describedby", "wall-status")
    if (!this.#thrownOut) return
    this.#thrownOut = false
    this.focus({ preventScroll: true })
  }

  #at(event) {
    const { left, top, width, height } = this.getBoundingClientRect()
    const column = Math.floor(((event.clientX - left) / width) * this.dataset.columns)
    const row = this.#first + Math.floor(((event.clientY - top) / height) * this.dataset.rows)
    return this.#within([column, row])
  }

  #within([column, row]) {
    return [Math.min(Math.max(column, 0), this.dataset.columns - 1), Math.min(Math.max(row, this.#first), this.#first + Number(this.dataset.rows) - 1)]
  }

  #leave() {
    if (this.matches(":focus-visible")) return
    this.querySelector(".wall__cursor").setAttribute("visibility", "hidden")
  }

  #blur = () => {
    this.#thrownOut = !this.hasAttribute("tabindex")
    this.#leave()
  }

  #key = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "Enter") {
      event.preventDefault()
      this.#open(this.#place ?? this.#chosen)
    } else if (event.key in STEPS) {
      event.preventDefault()
      const [right, down] = STEPS[event.key]
      const [column, row] = this.#place ?? this.#chosen
      this.#show(this.#within([column + right, row + down]))
      this.querySelector(".wall__cursor").scrollIntoView({ block: "nearest", inline: "nearest" })
    }
  }

  #open([column, row]) {
    this.#place = [column, row]
    document.getElementById("wall-column").value = column
    document.getElementById("wall-row").value = row
    document.querySelector(".wall__choose").requestSubmit()
  }

  async #show([column, row]) {
    this.#place = [column, row]
    const cursor = this.querySelector(".wall__cursor")
    cursor.setAttribute("x", column)
    cursor.setAttribute("y", row)
    cursor.setAttribute("visibility", "visible")
    const means = await this.#known()
    if (this.#place[0] !== column || this.#place[1] !== row) return
    const [input, mean] = [this.#named(column), means?.[column]?.[row]]
    document.getElementById("wall-status").textContent =
      mean === undefined ? words("wall_place", { input, row }) : words("wall_mean", { input, row, mean: this.#digits(mean) })
  }

  #named(number) {
    const name = document.getElementById(`column-${number}`).title
    if (this.dataset.layer === "1") return words("wall_channel", { number, name })
    return name ? words("wall_map_named", { number, name }) : words("wall_map", { number })
  }

  #digits(value) {
    return marked(value === 0 ? "0" : value.toPrecision(3))
  }

  // Asked for once for each wall, when the reader first points at it.
  #known() {
    if (this.#means?.address !== this.dataset.means) {
      const answer = fetch(this.dataset.means).then((found) => (found.ok ? found.json() : {}), () => ({}))
      this.#means = { address: this.dataset.means, values: answer.then((data) => data.means) }
    }
    return this.#means.values
  }
}
