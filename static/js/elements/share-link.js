// <share-link>: copies the text of its link or of its snippet. Where the browser cannot copy, the text is selected.
import { words } from "../lib/words.js"

const SAID_MS = 2000

export class ShareLink extends HTMLElement {
  #listeners
  #timer

  connectedCallback() {
    this.#listeners = new AbortController()
    this.addEventListener("click", this.#copy, { signal: this.#listeners.signal })
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.#listeners.abort()
  }

  #copy = async ({ target }) => {
    const button = target.closest("button")
    if (!button) return
    const source = this.querySelector("a, code")
    const label = button.dataset.label ?? button.textContent
    button.dataset.label = label
    try {
      await navigator.clipboard.writeText(source.textContent)
      button.textContent = words("copied")
    } catch {
      getSelection().selectAllChildren(source)
      button.textContent = words("selected")
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (button.textContent = label), SAID_MS)
  }
}
