// <exact-numbers>: shows all digits of the number pointed at; Tab enters its table once, arrow keys walk from number to number.
import { marked } from "../lib/numbers.js"
import { sayMore } from "../lib/say-more.js"

const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export class ExactNumbers extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("pointerover", (event) => this.#say(event.target.closest("data")), { signal })
    this.addEventListener("focusin", (event) => this.#say(event.target.closest("data")), { signal })
    this.addEventListener("keydown", this.#move, { signal })
    sayMore(this.querySelector(".ledger__scroll"), signal)
    const panel = this.closest(".panel")
    if (panel) sayMore(panel, signal)
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #exact() {
    return this.querySelector(".ledger__exact")
  }

  #say(number) {
    if (number) this.#exact.textContent = marked(number.value)
  }

  // Numbers are found by where they stand, so that every table can be walked.
  #move = (event) => {
    const step = KEYS[event.key]
    const here = event.target.closest("data")
    if (!step || event.ctrlKey || event.metaKey || event.altKey || (!here && event.key !== "ArrowDown")) return
    const next = here ? this.#beside(here, step) : this.querySelector("data")
    if (!next) return
    event.preventDefault()
    next.tabIndex = -1
    next.focus()
  }

  #beside(here, [right, down]) {
    const place = centre(here)
    const ahead = [...this.querySelectorAll("data")].map((number) => [number, centre(number)]).filter(
      ([number, { x, y }]) => number !== here && (right ? Math.abs(y - place.y) < 4 && (x - place.x) * right > 1 : (y - place.y) * down > 4),
    )
    const far = ([, { x, y }]) => Math.abs(x - place.x) * (right ? 1 : 2) + Math.abs(y - place.y) * (right ? 2 : 1)
    return ahead.sort((one, other) => far(one) - far(other))[0]?.[0]
  }
}

function centre(element) {
  const { left, top, width, height } = element.getBoundingClientRect()
  return { x: left + width / 2, y: top + height / 2 }
}
