// <share-link>: copies the text of its link or of its snippet. Where the browser cannot copy, the text is selected.
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
    const words = button.dataset.words ?? button.textContent
    button.dataset.words = words
    try {
      await navigator.clipboard.writeText(source.textContent)
      button.textContent = "Copied"
    } catch {
      getSelection().selectAllChildren(source)
      button.textContent = "Selected: copy it"
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (button.textContent = words), SAID_MS)
  }
}
