// <frozen-frame>: says of a picture that this tab froze it, with the way back to live.
import { findFrozen } from "../lib/frozen.js"

export class FrozenFrame extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    document.addEventListener("htmx:after:swap", this.#offer, { signal: this.#listeners.signal })
    this.#offer()
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  #offer = () => {
    const hash = findFrozen(this.dataset.image)
    this.hidden = hash === null
    if (hash) this.querySelector("a").hash = hash
  }
}
