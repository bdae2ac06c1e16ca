// <copy-text>: copies what its link leads to. Where the browser cannot copy, the link alone is there.
import { words } from "../lib/words.js"

export class CopyText extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    this.addEventListener("click", this.#copy, { signal: this.#listeners.signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #button() {
    return this.querySelector("button")
  }

  #copy = async (event) => {
    if (event.target !== this.#button) return
    try {
      const answer = await fetch(this.querySelector("a").href)
      if (!answer.ok) throw new Error(answer.status)
      await navigator.clipboard.writeText(await answer.text())
      this.#button.textContent = words("copied")
    } catch {
      this.#button.textContent = words("not_copied")
    }
  }
}
